export * from './format-v1.js';
export * from './json-items.js';
