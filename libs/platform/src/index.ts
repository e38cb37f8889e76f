export { Clock, SystemClock } from './clock.js';
export { limitHeapGrowth } from './heap-growth.js';
export { Listeners } from './listeners.js';
export { Rounds } from './rounds.js';
export { TIMEOUTS } from './timeouts.js';

export {
  ConfigError,
  LOG_LEVELS,
  ROUTING_MODES,
  type AppName,
  type Config,
  type LogLevel,
  type Mode,
  type RoutingMode,
} from './config/config.js';
export { configurationTable } from './config/configuration-table.js';
export type { IdentityConfig, PublishedKeySource, TokenIdentity, TokenKeys } from './config/identity-config.js';
export { isLoopback } from './config/is-loopback.js';
export { loadConfig, type Environment } from './config/load-config.js';
export { VARIABLES, type Variable } from './config/variables.js';

export { AppLogger, createLogger, type LogFields, type LoggerSettings } from './logging/app-logger.js';
export { scrub, scrubText } from './logging/scrub.js';

export { HealthRegistry, type HealthPart, type HealthSnapshot, type PartSnapshot } from './health/health-registry.js';

export { Shutdown, type CloseOutcome, type ShutdownOptions } from './shutdown/shutdown.js';
export { stopOnSignals, type SignalOptions } from './shutdown/stop-on-signals.js';

export {
  DURABILITY_CLASSES,
  durabilityOf,
  meets,
  requiredDurability,
  type BrokerFacts,
  type DurabilityClass,
  type DurabilityDemand,
  type SyncSetting,
} from './durability/durability-class.js';
export { readSyncSetting, syncSettingOf } from './durability/read-sync-setting.js';

export { loadSigningKeys, type KeySource } from './keys/key-file.js';
export { parseSigningKeys, type SigningKey, type SigningKeys } from './keys/signing-key.js';

export { readEndpoints, removeEndpoints, writeEndpoints, type Endpoints } from './endpoints/endpoints-file.js';
