import type { StreamItem } from './stream-item.js';

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
}

/** An aggregate: `decide` refuses with a DomainError, ignores (no units) or decides; `evolve` is total and never throws. */
export interface Decider<State, Command, Event, Result> {
  readonly initial: State;
  readonly decide: (state: State, command: Command) => Decided<Event, Result>;
  readonly evolve: (state: State, event: Event) => State;
}
