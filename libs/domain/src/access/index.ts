export * from './allows.js';
export * from './asker.js';
export * from './grant.js';
export * from './permissions.js';
export * from './spawn-grants.js';
export * from './subject.js';
