export * from './ensure-membership.handler.js';
export * from './membership-streams.js';
export * from './observe-membership.handler.js';
