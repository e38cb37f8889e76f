export * from './port/json.js';
export * from './port/offset.js';
export * from './port/message.js';
export * from './port/log-backend.js';
export * from './port/command.js';
export * from './port/log.js';
export * from './port/log-index.js';
