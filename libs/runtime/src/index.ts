export { checkDurability, DurabilityTooWeak } from './durability-check.js';
export { logSubjects } from './log-subjects.js';
export { PartMonitor } from './part-monitor.js';
export { loggedShutdown, runApp } from './run-app.js';
export { openRuntime, type Runtime, type RuntimeOptions } from './runtime.js';
export { untilReachable } from './until-reachable.js';
export { PROJECTOR_GROUP, StoredEntities } from './read-side/stored-entities.js';
export { StoredHistory } from './read-side/stored-history.js';
export { StoredWakes } from './read-side/stored-wakes.js';
