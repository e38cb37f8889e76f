import type {
  EntityQueries,
  LeaseHeartbeats,
  ManifestQueries,
  OperationQueries,
  Peers,
  ShapeQueries,
  WakeQueries,
} from '@app/application';
import type { Clock, DurabilityClass, HealthRegistry, IdentityConfig, Mode, SigningKeys } from '@app/platform';
import type { Log } from '@app/streams';

export interface GatewaySettings {
  readonly mode: Mode;
  readonly identity: IdentityConfig;
  readonly tenant: string;
  /** Class of an acknowledged write, named in every answer to one. */
  readonly durability: DurabilityClass;
  /** How long a long-poll waits, and the interval of keep-alives on SSE. */
  readonly longPollTimeoutMs: number;
  /** After which a reader by server-sent events is asked to come back. */
  readonly sseLifetimeMs: number;
  /** Of the file of an attachment. */
  readonly attachmentBytes: number;
  /** Content after which one answer to a read ends; at least one entry is given. */
  readonly readBytes: number;
}

/** What a process hands to the gateway; it starts and stops none of it. */
export interface GatewayParts {
  readonly settings: GatewaySettings;
  readonly eventLog: Log;
  readonly registryLog: Log;
  readonly queries: EntityQueries;
  readonly manifestQueries: ManifestQueries;
  readonly wakeQueries: WakeQueries;
  readonly operationQueries: OperationQueries;
  readonly shapes: ShapeQueries;
  /** Between the processes that keep leases; absent: this one keeps its own. */
  readonly heartbeats?: LeaseHeartbeats;
  /** The other gateways; absent: there is none. */
  readonly peers?: Peers;
  readonly keys: SigningKeys;
  readonly health: HealthRegistry;
  readonly clock: Clock;
}

export const GATEWAY_SETTINGS = Symbol('GATEWAY_SETTINGS');
