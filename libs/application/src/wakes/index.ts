export * from './append-wake-fact.js';
export * from './deliver-wake.js';
export * from './deliver-wake.handler.js';
export * from './register-wake.handler.js';
export * from './unregister-wake.handler.js';
export * from './wake-access.handler.js';
export * from './wake-queries.js';
