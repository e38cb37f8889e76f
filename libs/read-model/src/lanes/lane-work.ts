import type { LogMessage } from '@app/streams';
import type { Tx } from '../sql/tx.js';

/** What a subject says about a message; `d` and `w` of one path have the same path, and therefore the same lane. */
export interface LaneAddress {
  readonly kind: 'stream' | 'waiters' | 'grants' | 'type';
  readonly tenant: string;
  /** Canonical path; the name of the subscription or type for the kinds that are no stream. */
  readonly path: string;
}

export interface LaneMessage {
  readonly lane: number;
  readonly address: LaneAddress;
  readonly message: LogMessage;
}

/** Messages of the owned lanes above each lane's position, in log order; none when only positions advance. */
export interface LaneBatch {
  readonly messages: readonly LaneMessage[];
  /** Position of every owned lane once this batch is committed. */
  readonly end: number;
}

export interface LanePosition {
  readonly lane: number;
  readonly position: number;
}

/** What a worker group does with the log. Everything it depends on must be in the lane of the message. */
export interface LaneWork {
  /**
   * Not called for an empty batch. Inside the one transaction that also moves the positions: whatever it writes is there exactly when the position is.
   * Called again with the same messages after a rollback, so it keeps nothing in memory before `committed`.
   * A throw rolls back; the worker retries with backoff for ever, so content must not make it throw.
   */
  apply(tx: Tx, batch: LaneBatch): Promise<void>;
  /** After the commit, before the next `apply`; awaited. Also for an empty batch. */
  committed?(batch: LaneBatch): void | Promise<void>;
  /** Lanes were gained: load their state. `tx` is fenced: nobody else owns them now. Before their first `apply`. */
  acquired?(lanes: readonly LanePosition[], tx: Tx): Promise<void>;
  /** Lanes are gone (released, fenced, or stopping): drop their memory, stop acting for them. Not during `apply`. */
  lost?(lanes: readonly number[]): void | Promise<void>;
  /** Cheap; false: the message may be left out of `apply`. Default: all are relevant. */
  relevant?(message: LogMessage, address: LaneAddress): boolean;
  /** Cheap; true: commit at once instead of collecting a batch (somebody is woken by it). */
  urgent?(message: LaneMessage): boolean;
}
