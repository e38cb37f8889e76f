import type { LaneAddress } from './lane-work.js';
import type { LaneHints } from './lane-hints.js';

export interface LaneWorkerOptions {
  /** Name of the worker group: all workers of a group share its lanes. */
  readonly group: string;
  /** Undefined for subjects no lane reads. */
  readonly address: (subject: string) => LaneAddress | undefined;
  readonly hints: LaneHints;
  /** Identity among the workers of the group; random when absent. */
  readonly worker?: string;
  /** Number of lanes when the group is seen for the first time; stored, never changed by itself. */
  readonly lanes?: number;
  /** `off` only when the log can reproduce every row; a power cut then rewinds rows and position together. */
  readonly synchronousCommit?: 'on' | 'off';
  /** A worker that is gone this long loses its lanes. */
  readonly leaseMs?: number;
  /** Longest time a message waits for others to share its transaction. */
  readonly commitEveryMs?: number;
  /** Longest time positions stay behind when nothing relevant came. */
  readonly idleCommitEveryMs?: number;
  readonly batch?: { readonly messages: number; readonly bytes: number };
}

/** Longer than a garbage collection or a stalled disk; short enough that a dead worker's lanes are not missed. */
export const LEASE_MS = 5_000;
/**
 * A few commits per burst instead of one per message; nobody waits for it, because waiting cuts it short. Under load
 * each commit costs the process and the database as much as a hundred appends.
 */
export const COMMIT_EVERY_MS = 50;
export const IDLE_COMMIT_EVERY_MS = 250;
export const DEFAULT_LANES = 8;
/** Rows of one transaction: large enough for set-based SQL to pay, small enough for a short commit. */
export const BATCH = { messages: 1_000, bytes: 4 * 1024 * 1024 } as const;
