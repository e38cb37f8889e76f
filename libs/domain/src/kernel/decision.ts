import type { Json, StreamItem } from './stream-item.js';

/**
 * What a command does: units in order, each one log entry. `events` change the state of the aggregate and are stored
 * for ever; `items` are the public record of the same fact. Nothing to do is an empty list of units.
 */
export interface Decided<Event, Result> {
  readonly units: readonly DecidedUnit<Event>[];
  /** The stream accepts nothing after this commit. */
  readonly close?: true;
  readonly result: Result;
}

export interface DecidedUnit<Event> {
  readonly items: readonly StreamItem[];
  readonly events: readonly Event[];
  /** The public content is the body of the request, byte for byte (numbers would not survive a parse); no `items`. */
  readonly asSent?: true;
  /** Recorded with the unit, see `stream/append.ts`. */
  readonly producer?: { readonly id: string; readonly epoch: number; readonly seq: number };
  readonly streamSeq?: string;
}

/** An aggregate: `decide` refuses with a DomainError, ignores (no units) or decides; `evolve` is total and never throws. */
export interface Decider<State, Command, Event, Result> {
  readonly initial: State;
  readonly decide: (state: State, command: Command) => Decided<Event, Result>;
  readonly evolve: (state: State, event: Event) => State;
}

/** An event as it is stored: additive only, since it is read for ever. */
export interface StoredEvent<Type extends string, Data extends Json> {
  readonly type: Type;
  readonly data: Data;
}

/** The state after the units of a decision. */
export const stateAfter = <State, Event>(
  evolve: (state: State, event: Event) => State,
  state: State,
  units: readonly DecidedUnit<Event>[],
): State => {
  let after = state;
  for (const { events } of units) for (const event of events) after = evolve(after, event);
  return after;
};

export const nothing = <Result>(result: Result): Decided<never, Result> => ({ units: [], result });
