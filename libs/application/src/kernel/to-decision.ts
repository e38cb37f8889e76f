import { stateAfter, type Decided, type DecidedUnit } from '@app/domain';
import type { Committed, Decision, StreamView, UnitDraft } from '@app/streams';

/** Public content that is stored byte for byte: JSON items joined by commas, without brackets. */
export interface SentItems {
  readonly body: Uint8Array;
  readonly count: number;
  readonly types: readonly string[];
}

interface ControlFact {
  readonly type: string;
  readonly data: UnitDraft['events'][number]['data'];
}

/** What a decision led to. `committed` is empty when there was nothing to write. */
export interface Outcome<State, Result> {
  readonly result: Result;
  readonly committed: readonly Committed[];
  /** Of the aggregate, afterwards. */
  readonly state: State;
}

const NO_ITEMS: SentItems = { body: new Uint8Array(0), count: 0, types: [] };

const itemsOf = (items: DecidedUnit<ControlFact>['items']): SentItems => ({
  body: Buffer.from(items.map((item) => JSON.stringify(item)).join(',')),
  count: items.length,
  types: [...new Set(items.map(({ type }) => type))],
});

const draft = (
  { asSent, items, events, producer, streamSeq }: DecidedUnit<ControlFact>,
  sent: SentItems,
): UnitDraft => {
  const { body, count, types } = asSent === true ? sent : itemsOf(items);
  return { body, count, types, events, producer, streamSeq };
};

/** Translates what the domain decided into what the log writes. `sent`: the body behind a unit that is stored as sent. */
export const toDecision = <State, Event extends ControlFact, Result>(
  view: StreamView<State>,
  decided: Decided<Event, Result>,
  evolve: (state: State, event: Event) => State,
  sent: SentItems = NO_ITEMS,
): Decision<State, Outcome<State, Result>> => {
  const { units, result, close } = decided;
  if (units.length === 0) return { kind: 'nothing', result: ({ state }) => ({ result, committed: [], state }) };
  const next = stateAfter(evolve, view.state, units);
  return {
    kind: 'append',
    units: units.map((unit) => draft(unit, sent)),
    next,
    close,
    contentType: view.exists ? undefined : 'application/json',
    result: (committed) => ({ result, committed, state: next }),
  };
};

/** A rule that refuses throws; the log wants to be told, so that the refusal leaves on a confirmed tail only. */
export const orRefuse = <State, Result>(decide: () => Decision<State, Result>): Decision<State, Result> => {
  try {
    return decide();
  } catch (error) {
    return { kind: 'refuse', error: error instanceof Error ? error : new Error(String(error)) };
  }
};
