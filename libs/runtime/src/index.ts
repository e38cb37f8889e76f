export { checkDurability, DurabilityTooWeak } from './durability-check.js';
export { PartMonitor } from './part-monitor.js';
export { openRuntime, type Runtime, type RuntimeOptions } from './runtime.js';
export { untilReachable } from './until-reachable.js';
