import type { EntityGrant } from '../access/grant.js';
import type { StoredEvent } from '../kernel/decision.js';
import type { WakeRegistered } from '../wake/registration.js';
import type { DispatchPolicy, SandboxSelection } from './dispatch-policy.js';
import type { EntityStatus } from './lifecycle.js';

/**
 * The facts that change an entity, stored for ever in the headers of the messages of its main stream, beside the public
 * items. Stored format: add optional fields or a new type; never rename or repurpose. `at` is milliseconds since 1970.
 */
export type EntityEvent =
  | EntitySpawned
  | StoredEvent<'status', { readonly status: EntityStatus; readonly at: number }>
  /** A signal that left the status as it was. */
  | StoredEvent<'touched', { readonly at: number }>
  | StoredEvent<'tagged', { readonly key: string; readonly value: string; readonly at: number }>
  | StoredEvent<'untagged', { readonly key: string; readonly at: number }>
  | EntityClaimed
  | EntityReleased
  /** Where its work goes, for an entity that had no policy. */
  | StoredEvent<'dispatch-policy', { readonly policy: DispatchPolicy }>
  /** The holder of the claim wrote this unit: the only kind of unit, besides signals, that wakes who waits. */
  | StoredEvent<'posted', { readonly epoch: number }>
  | StoredEvent<'granted', EntityGrant>
  | StoredEvent<'revoked', { readonly id: number; readonly at: number }>
  /** The parent waits for this entity from its first event on; no state of the entity itself. */
  | StoredEvent<'registered', Stored<WakeRegistered>>;

export type EntitySpawned = StoredEvent<
  'spawned',
  {
    /** Entity type; `revision` and `typeSeq` (sequence in the registry) name the schemas it was spawned with. */
    readonly type: string;
    readonly revision: number;
    readonly typeSeq: number;
    readonly parent?: string;
    /** URLs, parent first, root last. */
    readonly ancestors: readonly string[];
    /** Principal URL. */
    readonly createdBy: string;
    readonly tags: Tags;
    readonly at: number;
    readonly dispatchPolicy?: DispatchPolicy;
    readonly sandbox?: SandboxSelection;
    /** The args themselves are in the public `entity_created` item. */
    readonly hasArgs?: boolean;
    /** Also the copies of what its parent grants. */
    readonly grants?: readonly EntityGrant[];
  }
>;

/** `epoch` is the log sequence of the dispatch grant; it fences every earlier claim. */
export type EntityClaimed = StoredEvent<
  'claimed',
  { readonly epoch: number; readonly runner: string; readonly leaseMs: number; readonly at: number }
>;

export type EntityReleased = StoredEvent<
  'released',
  { readonly epoch: number; readonly reason: 'done' | 'expired'; readonly at: number }
>;

export type Tags = { readonly [key: string]: string };

// An interface has no index signature; its mapped twin is a JSON value.
type Stored<T> = { readonly [K in keyof T]: T[K] };
