export { listedIn } from './attachment-service.js';
export * from './attachments.js';
export { entityOfAttachment } from './stored-attachment.js';
export * from './handlers/attach-file.handler.js';
export * from './handlers/find-attachment.handler.js';
export * from './handlers/remove-attachment.handler.js';
