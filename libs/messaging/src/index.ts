export * from './log-addresses.js';
export * from './log-feed.strategy.js';
export * from './nats-lane-hints.js';
export { NatsPeers } from './routing/nats-peers.js';
export * from './rethrow.filter.js';
export * from './broker-report.js';
