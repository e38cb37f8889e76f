export * from './ports/tokens.js';
export * from './ports/subjects.js';
export * from './ports/refused-by-peer.js';
export * from './ports/read-model.js';
export * from './entities/entity-view.js';
