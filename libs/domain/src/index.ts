export * from './kernel/domain-error.js';
export * from './kernel/error-code.js';
export * from './kernel/stream-item.js';
export * from './kernel/decision.js';
