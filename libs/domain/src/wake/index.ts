export * from './event-item.js';
export * from './matching.js';
export * from './registration.js';
export * from './run-response.js';
export * from './source.js';
export * from './source-unit.js';
export * from './wake-item.js';
export * from './wake.workflow.js';
