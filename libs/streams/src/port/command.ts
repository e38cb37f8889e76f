import type { Json } from './json.js';
import type { ControlEvent, Lineage, LogMessage, Producer, StateAfter } from './message.js';
import type { Offset } from './offset.js';

/** What a decision may look at. `absent` also covers a path that was deleted. */
export interface StreamView<S> {
  /** The newest message of the path, behind which the next one is written; 0 when there has been none. */
  readonly seq: number;
  readonly exists: boolean;
  readonly contentType: string;
  readonly closed: boolean;
  readonly closedBy?: Producer;
  readonly tail: Offset;
  /** Those that wrote last, newest last, and the one the command names. */
  readonly producers: readonly Producer[];
  readonly lastStreamSeq?: string;
  /** State of the aggregate that lives on this stream. */
  readonly state: S;
}

/** One unit to be written. `body`: JSON streams, `count` items joined by commas without brackets; others, raw bytes. */
export interface UnitDraft {
  readonly body: Uint8Array;
  readonly count: number;
  /** Event types of the items, for consumers that skip by header. */
  readonly types: readonly string[];
  readonly events: readonly { readonly type: string; readonly data: Json }[];
  readonly producer?: Producer;
  readonly streamSeq?: string;
}

/** Where a unit ended up. `offset`: after its last public item (the unchanged tail for a control-only unit). */
export interface Committed {
  readonly seq: number;
  readonly unit: number;
  readonly offset: Offset;
}

export type Decision<S, R> =
  | {
      readonly kind: 'append';
      /** The first unit carries the command's id, the others `{id}.{index}`. */
      readonly units: readonly UnitDraft[];
      readonly next: S;
      /** Ends the stream with this commit. */
      readonly close?: boolean;
      /** Content type of a stream that this decision creates. */
      readonly contentType?: string;
      /** Begins a new life of the path although the old one has not been ended: nothing of that is visible in it. */
      readonly newLife?: boolean;
      /** Ends this life: the path is absent from here on, and may be created again. */
      readonly tombstone?: boolean;
      /** The created stream begins with the content of another one. */
      readonly lineage?: Lineage;
      readonly result: (committed: readonly Committed[]) => R;
    }
  /** Nothing to write: a duplicate or a no-op. Answered only on a confirmed tail. */
  | { readonly kind: 'nothing'; readonly result: (view: StreamView<S>) => R }
  /** Answered only on a confirmed tail. */
  | { readonly kind: 'refuse'; readonly error: Error };

/**
 * `nowhere`: the id was minted for this very submission. `elsewhere`: another process may have been given the command, so
 * what this process wrote itself need not be searched. `anywhere`: it may also have been submitted here before.
 */
export type Copies = 'nowhere' | 'elsewhere' | 'anywhere';

export interface Command<S, R> {
  readonly id: string;
  /** Log position when the command was first received; for effects, the position of their cause. */
  readonly since: number;
  /** Milliseconds since 1970; dropped unanswered work past it fails with DeadlineExceeded. */
  readonly deadline: number;
  /** Where another copy of this very command may have been written; default: `anywhere`. */
  readonly copies?: Copies;
  /** The stream is expected not to exist yet. */
  readonly creates?: boolean;
  /** See Unit.keyed. */
  readonly keyed?: boolean;
  /** See Unit.fingerprint. A unit with this id and another fingerprint rejects the command with KeyReused. */
  readonly fingerprint?: string;
  /** Id of the producer that sends it: the view has what it wrote last, however long ago that was. */
  readonly producer?: string;
  /** Pure; called again whenever the stream moved. */
  readonly decide: (view: StreamView<S>) => Decision<S, R>;
  /** The answer when a unit with this id is already in the log, whoever wrote it. */
  readonly replay: (found: Replayed<S>) => R | Promise<R>;
}

/** The first unit of a command that was written before. */
export interface Replayed<S> {
  readonly message: LogMessage;
  readonly unit: number;
  readonly offset: Offset;
  /** What the decision looked at that was written. Rejects with LogUnavailable when that is no longer there. */
  readonly before: () => Promise<StreamView<S>>;
}

/** How an aggregate is kept in state-after. `cold` is compared by reference: evolve must keep it when unchanged. */
export interface Aggregate<S> {
  readonly initial: S;
  snapshot(state: S): { readonly hot: Json; readonly cold?: Json };
  restore(source: StateSource): S;
  /** State after one more stored event; only needed where a replay asks what was before. */
  evolve?(state: S, event: ControlEvent): S;
}

export interface StateSource {
  readonly hot: Json;
  readonly cold: Json | undefined;
  readonly after: StateAfter;
  /** The tail message itself, for aggregates whose state is in its payload. */
  readonly message: LogMessage;
}

export interface StreamRef<S> {
  readonly subject: string;
  readonly aggregate: Aggregate<S>;
}

/** The command's deadline passed; `unknown` when one of its attempts may still be in the log. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
  constructor(readonly unknown: boolean) {
    super(
      unknown
        ? 'the outcome is unknown: it may have happened, or still happen'
        : 'deadline exceeded, nothing was written',
    );
  }
}

/** The id is in the log, but what was asked for with it was something else. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused';
}

/** The stream's queue is full. */
export class Backpressure extends Error {
  override readonly name = 'Backpressure';
}

/** The state of the aggregate does not fit beside the content of a message. */
export class StateTooLarge extends Error {
  override readonly name = 'StateTooLarge';
}
