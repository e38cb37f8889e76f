export * from './sql/tx.js';
export * from './lanes/lane-hash.js';
export * from './lanes/lane-hints.js';
export * from './lanes/lane-options.js';
export * from './lanes/lane-work.js';
