import type { DurabilityClass } from '../durability/durability-class.js';
import type { IdentityConfig } from './identity-config.js';

export type AppName = 'standalone' | 'gateway' | 'projector' | 'saga' | 'ops';

/** `development` trusts a principal that a request merely names; `production` wants signed tokens. */
export type Mode = 'development' | 'production';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export const ROUTING_MODES = ['contested', 'always', 'off'] as const;
export type RoutingMode = (typeof ROUTING_MODES)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the environment says, checked; read once at boot and passed on. */
export interface Config {
  readonly app: AppName;
  readonly mode: Mode;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly dataDir: string;
  /** Undefined (standalone only): the embedded server. Several addresses are separated by commas. */
  readonly natsUrl: string | undefined;
  /** Undefined (standalone only): the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly natsMonitorUrl: string | undefined;
  readonly longPollTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Of one answer to a read. */
  readonly readBytes: number;
  /** Bodies over 8 MiB taken at once. */
  readonly largeBodies: number;
  /** Of the file of an attachment. */
  readonly attachmentBytes: number;
  /** How much of the newest log a process keeps in memory. */
  readonly recent: { readonly messages: number; readonly bytes: number };
  /** How much of the states of streams used lately a process keeps in memory. */
  readonly tails: { readonly bytes: number };
  /** See limitHeapGrowth. */
  readonly heapGrowth: number;
  /** Undefined: the default of mode and replicas, see `requiredDurability`. */
  readonly minDurability: DurabilityClass | undefined;
  /** Of the log, when its streams are created. */
  readonly replicas: number;
  /** Of which streams the commands go to the one gateway that owns them. */
  readonly routing: RoutingMode;
  readonly logLevel: LogLevel;
  readonly tenant: string;
  /** One or two keys, see `parseSigningKeys`. Undefined: from a file in the data directory. */
  readonly tokenKey: string | undefined;
  readonly identity: IdentityConfig;
}

/** Names every variable that is wrong, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}
