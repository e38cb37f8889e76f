export * from './operation-plan.js';
export * from './operation-view.js';
export * from './handlers/cancel-operation.handler.js';
export * from './handlers/get-operation.handler.js';
export * from './handlers/start-operation.handler.js';
