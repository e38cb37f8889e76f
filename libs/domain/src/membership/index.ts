export * from './members.js';
export * from './membership.decisions.js';
export * from './membership.state.js';
export * from './source-ref.js';
