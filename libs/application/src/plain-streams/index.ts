export * from './settle-streams.js';
export * from './stream-body.js';
export * from './handlers/append-to-stream.handler.js';
export * from './handlers/create-stream.handler.js';
export * from './handlers/delete-stream.handler.js';
export * from './handlers/open-stream.handler.js';
