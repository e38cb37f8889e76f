import { expect } from '@jest/globals';
import type { Decided, DecidedUnit, Decider } from '@app/domain';

/** What a command is expected to do. Each part is compared whole; a part that is left out is not looked at. */
export interface Expected<Event, Result> {
  /** Public items of all units, in order. */
  readonly items?: readonly unknown[];
  /** State-changing events of all units, in order. */
  readonly events?: readonly Event[];
  readonly units?: readonly Partial<DecidedUnit<Event>>[];
  readonly close?: boolean;
  readonly result?: Result;
}

export interface Decision<Event, Result> {
  readonly decided: () => Decided<Event, Result>;
  readonly then: (expected: Expected<Event, Result>) => void;
  /** Accepted, and writes nothing. */
  readonly thenNothing: (result?: Result) => void;
  /** Refused with this code; `details` only if given. */
  readonly thenRejects: (code: string, details?: unknown) => void;
}

const check = <Event, Result>(decided: Decided<Event, Result>, expected: Expected<Event, Result>): void => {
  const { items, events, units, close, result } = expected;
  if (items) expect(decided.units.flatMap((unit) => unit.items)).toEqual(items);
  if (events) expect(decided.units.flatMap((unit) => unit.events)).toEqual(events);
  if (units) expect(decided.units).toEqual(units);
  if (close !== undefined) expect(decided.close ?? false).toBe(close);
  if (result !== undefined) expect(decided.result).toEqual(result);
};

const rejection = (act: () => unknown): unknown => {
  try {
    return { accepted: act() };
  } catch (error) {
    return error;
  }
};

/**
 * Specs of an aggregate that read as the rule:
 * `given(spawned).when(send).then({ events: [] })`, `.thenNothing()`, `.thenRejects('NOT_RUNNING')`.
 */
export const deciderSpec =
  <State, Command, Event, Result>(decider: Decider<State, Command, Event, Result>) =>
  (...history: readonly Event[]) => ({
    state: history.reduce(decider.evolve, decider.initial),
    when: (command: Command): Decision<Event, Result> => {
      const decided = (): Decided<Event, Result> =>
        decider.decide(history.reduce(decider.evolve, decider.initial), command);
      return {
        decided,
        then: (expected) => check(decided(), expected),
        thenNothing: (result) =>
          check(decided(), { units: [], close: false, ...(result === undefined ? {} : { result }) }),
        thenRejects: (code, details) =>
          expect(rejection(decided)).toMatchObject({ code, ...(details === undefined ? {} : { details }) }),
      };
    },
  });
