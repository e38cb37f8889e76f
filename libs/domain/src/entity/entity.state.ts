import type { EntityGrant } from '../access/grant.js';
import type { DispatchPolicy, SandboxSelection } from './dispatch-policy.js';
import type { Tags } from './entity.events.js';
import type { LiveStatus, TerminalStatus } from './lifecycle.js';

/** An entity by situation: not there yet, alive, or ended for ever. */
export type EntityState = { readonly situation: 'absent' } | LiveEntity | EndedEntity;

export interface LiveEntity extends Spawned {
  readonly situation: 'live';
  readonly status: LiveStatus;
}

export interface EndedEntity extends Spawned {
  readonly situation: 'ended';
  readonly status: TerminalStatus;
}

export type SpawnedEntity = LiveEntity | EndedEntity;

interface Spawned {
  readonly updatedAt: number;
  /** The newest claim; absent when none was ever granted on this stream. */
  readonly claim?: EntityClaim;
  /** Kept by reference while unchanged: the log compares it to know whether it must be written again. */
  readonly cold: EntityCold;
}

/**
 * `epoch`: log sequence of the grant, only ever grows. `expired` still owns its write token until the next claim,
 * `done` does not.
 */
export type EntityClaim = {
  readonly epoch: number;
  readonly runner: string;
  readonly leaseMs: number;
  readonly state: 'active' | 'expired' | 'done';
};

/** What seldom changes. Times are milliseconds since 1970. */
export type EntityCold = {
  readonly type: string;
  readonly revision: number;
  readonly typeSeq: number;
  readonly parent?: string;
  readonly ancestors: readonly string[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly tags: Tags;
  readonly dispatchPolicy?: DispatchPolicy;
  readonly sandbox?: SandboxSelection;
  readonly hasArgs?: boolean;
  /** Those that had expired when one was given are left out. */
  readonly grants?: readonly EntityGrant[];
  /** The highest id of a grant there ever was. */
  readonly lastGrant?: number;
};

export const absentEntity: EntityState = { situation: 'absent' };
