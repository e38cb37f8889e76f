import type { EncodedCommit, EncodedMessage, RawMessage } from './message.js';

/** The guard did not hold: the subject moved. Nothing was stored by this attempt. */
export class GuardConflict extends Error {
  override readonly name = 'GuardConflict';
}

/** No answer, or an answer that says nothing about the outcome. The message may or may not be stored. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** The broker refused this very message for good (too large, bad headers). Nothing was stored. */
export class PublishRefused extends Error {
  override readonly name = 'PublishRefused';
}

/** The broker cannot be reached or did not answer in time; a read can be tried again. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

export interface ReadLimit {
  readonly messages: number;
  readonly bytes: number;
}

export interface LastAsOf {
  readonly message: RawMessage | undefined;
  readonly position: number;
}

/** A running feed. `stop()` resolves when no further message will be delivered. */
export interface Feed {
  /** Goes on where it is, from another replica if there is one. */
  renew(): void;
  stop(): Promise<void>;
}

export interface FeedListener {
  /** Messages in log order, without gaps or repetitions. Must not throw. */
  onMessage(message: RawMessage): void;
  /** False while the connection is lost, true once messages flow again. */
  onLive(live: boolean): void;
}

/**
 * One totally ordered log and the few operations everything else is built on. Subjects are opaque here.
 * Adapters prove themselves against the log contract suite.
 */
export abstract class LogBackend {
  /**
   * Stores one message and resolves to its sequence once the broker confirmed it.
   * `expected`: sequence that must be the last of this very subject (0: nothing there); `null`: unguarded.
   * Throws GuardConflict, OutcomeUnknown or PublishRefused; never retries by itself.
   */
  abstract publish(subject: string, message: EncodedMessage, expected: number | null): Promise<number>;

  /**
   * Stores all messages of a commit one right behind the other in the log, or none of them, and resolves to the sequence
   * of the last. Guard and errors as of `publish`; LogUnavailable also when the broker lost the first ones before it was
   * told to store them.
   */
  abstract publishBatch(subject: string, commit: EncodedCommit, expected: number): Promise<number>;

  /** Newest message of a subject, read-your-writes (from the leader). */
  abstract last(subject: string): Promise<RawMessage | undefined>;

  /**
   * Newest message of a subject among all up to `position`, from any replica. Undefined when that position is unknown,
   * which it is as long as neither the subject nor `anchor` has a message.
   */
  abstract lastAsOf(subject: string, anchor: string): Promise<LastAsOf | undefined>;

  /** One message by sequence, from the leader; undefined when it was purged or never existed. */
  abstract get(seq: number): Promise<RawMessage | undefined>;

  /** Highest sequence of the log, from the leader; 0 when empty. */
  abstract lastSeq(): Promise<number>;

  /** Messages of one subject with sequence ≥ `from`, in order; possibly a stale prefix, never with a hole. */
  abstract readSubject(subject: string, from: number, limit: ReadLimit): Promise<readonly RawMessage[]>;

  /** Messages of all subjects with sequence ≥ `from`, in order; possibly a stale prefix, never with a hole. */
  abstract range(from: number, limit: ReadLimit): Promise<readonly RawMessage[]>;

  /** Delivers every message with sequence ≥ `from`, for ever, across reconnects. */
  abstract follow(from: number, listener: FeedListener): Promise<Feed>;

  /**
   * Removes, for ever, the messages of a subject with sequence < `below`. Nothing happens when there are none. Slow when
   * they are spread over a long log, and nobody can publish meanwhile.
   */
  abstract purge(subject: string, below: number): Promise<void>;

  abstract close(): Promise<void>;
}
