export * from './operation.decisions.js';
export * from './operation.events.js';
export * from './operation.state.js';
