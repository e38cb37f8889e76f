import type { Command, StreamRef, UnitDraft, StreamView } from './command.js';
import type { LogMessage, RawMessage } from './message.js';
import type { ReadLimit } from './log-backend.js';
import type { Offset } from './offset.js';

/** Where a stream ends, at a confirmed position. */
export interface StreamEnd {
  readonly exists: boolean;
  readonly contentType: string;
  readonly closed: boolean;
  /** After the last public item. */
  readonly tail: Offset;
  /** Its newest message; 0 when absent. */
  readonly seq: number;
  readonly incarnation: number;
}

/** A moment in the life of one process, as its log numbers them: later ones are greater. */
export type Moment = number;

/** State of one stream at a confirmed position. */
export interface StreamSnapshot<S> extends StreamView<S>, StreamEnd {}

/** One log entry of the contracts: the public content of one unit. `offset` is the position after it. */
export interface Entry {
  readonly offset: Offset;
  readonly count: number;
  /** JSON streams: items joined by commas without brackets; others: raw bytes. */
  readonly body: Uint8Array;
}

/** A log entry over one message: its body is read piece by piece, as often as wanted, and nobody holds all of it. */
export interface LargeEntry {
  readonly offset: Offset;
  readonly count: number;
  /** The body of an Entry, cut at any byte. Throws LogUnavailable. */
  readonly pieces: () => AsyncIterable<Uint8Array>;
}

/** All of a large entry, for who can hold it. */
export const inMemory = async ({ offset, count, pieces }: LargeEntry): Promise<Entry> => {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces()) parts.push(piece);
  return { offset, count, body: Buffer.concat(parts) };
};

export interface StreamSlice {
  readonly contentType: string;
  readonly incarnation: number;
  readonly entries: readonly Entry[];
  /** Then it is all there is in the slice. */
  readonly large?: LargeEntry;
  /** Where to go on reading. */
  readonly next: Offset;
  /** The slice reaches the tail, confirmed by a barrier taken after the end was asked for. */
  readonly upToDate: boolean;
  /** The stream is closed and the slice reaches its end. */
  readonly closed: boolean;
}

/** Messages of one life of a stream. */
export interface MessageSlice {
  /** Oldest first, without a hole; empty behind the newest. */
  readonly messages: readonly LogMessage[];
  /** The newest message of the stream, confirmed by a barrier taken after the call began. */
  readonly tail: number;
}

/** Reads every message of the log in order, from its own position; never blocks the live feed. */
export abstract class LogCursor {
  /** Last sequence handed out, or skipped because it no longer exists. */
  abstract readonly position: number;

  /** Waits until there is at least one message; empty only after `close()`. */
  abstract next(limit: ReadLimit): Promise<readonly LogMessage[]>;

  abstract close(): void;
}

/** Told about every message of one subject after it was registered; `undefined` means: messages may have been missed. */
export type TailListener = (message: LogMessage | undefined) => void;

/**
 * The only way to the log: one writer per stream, one feed per process, barriers and readers.
 * Rejects with DeadlineExceeded, Backpressure, LogUnavailable or the error of a confirmed refusal.
 */
export abstract class Log {
  /** Decides and appends; resolves when the outcome is confirmed by the broker. */
  abstract submit<S, R>(stream: StreamRef<S>, command: Command<S, R>): Promise<R>;

  /** Appends a plain fact that no guard protects; resolves to its sequence. `id` makes a retry within the call safe. */
  abstract appendFact(subject: string, id: string, fact: UnitDraft): Promise<number>;

  /** Now. Who reads several streams for one request needs all of them as of a barrier after that began, not each as of another. */
  abstract moment(): Moment;

  /** The stream as of a barrier taken after `since`; without it, after the call began. */
  abstract load<S>(stream: StreamRef<S>, since?: Moment): Promise<StreamSnapshot<S>>;

  /** Message by sequence; undefined when it no longer exists. */
  abstract message(seq: number): Promise<LogMessage | undefined>;

  /** The leader's last sequence, once this process has received everything up to it. At most 4 s, then LogUnavailable. */
  abstract barrier(): Promise<number>;

  /** Last sequence received by the feed of this process. */
  abstract position(): number;

  /** Whether this process lately kept losing against another writer of the stream. */
  abstract contested(subject: string): boolean;

  /** Resolves when the feed has received `seq`. */
  abstract reached(seq: number): Promise<void>;

  /** The end of the stream as of a barrier taken after `since`; without it, after the call began. */
  abstract end(subject: string, since?: Moment): Promise<StreamEnd>;

  /**
   * Entries after `from`, up to the end of the stream: `end`, if the caller has asked for that already.
   * Throws StreamAbsent, or OffsetGone for a position of an earlier life.
   */
  abstract read(subject: string, from: Offset, limit: ReadLimit, end?: StreamEnd): Promise<StreamSlice>;

  /**
   * Messages after message `position` with everything in them, of the life that goes on; what a fork shares with its source
   * is in that. Throws StreamAbsent.
   */
  abstract messages(subject: string, position: number, limit: ReadLimit): Promise<MessageSlice>;

  /** Public entries of one message after `from`, or all of them; none of a piece. */
  abstract entries(message: LogMessage, from?: Offset): readonly Entry[];

  /** The public entry that ends with this message; undefined unless that is the last piece of one. */
  abstract large(message: LogMessage): LargeEntry | undefined;

  abstract watch(subject: string, listener: TailListener): () => void;

  /** A reader of the whole log that starts after `position`. */
  abstract cursor(position: number): LogCursor;

  /**
   * Gives back the room of the messages of a subject below `below`. The newest message always stays: it is the guard of
   * the next one. May be repeated, and takes its time. Who calls it knows that nobody needs them.
   * Throws NotOver.
   */
  abstract purge(subject: string, below: number, signal?: AbortSignal): Promise<void>;

  /** Gives back the room of barriers that are over. */
  abstract purgeBarriers(): Promise<void>;

  /** Undefined when live; otherwise why not. */
  abstract trouble(): string | undefined;

  /** Stops accepting, finishes open groups, stops the feed. */
  abstract close(): Promise<void>;
}

export class StreamAbsent extends Error {
  override readonly name = 'StreamAbsent';
}

export class OffsetGone extends Error {
  override readonly name = 'OffsetGone';
}

/** The newest message of a subject would have to go: the guard of the next one. Nothing was removed. */
export class NotOver extends Error {
  override readonly name = 'NotOver';
  constructor(subject: string, below: number, newest: number) {
    super(`the newest message of ${subject} is ${String(newest)}, which is below ${String(below)}`);
  }
}

/** Others kept writing the stream for as long as a command may be decided again; nothing was written. */
export class Contended extends Error {
  override readonly name = 'Contended';
}

/** The second copy of the log, ordered by stream. */
export abstract class HistoryStore {
  /** Messages of one life of a stream after `position`, in order, without a hole; a prefix of what the log has. */
  abstract read(
    subject: string,
    incarnation: number,
    position: number,
    limit: ReadLimit,
  ): Promise<readonly RawMessage[]>;
}
