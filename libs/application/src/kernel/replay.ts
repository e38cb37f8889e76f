import type { Committed, ControlEvent, Decision, Replayed, StreamView } from '@app/streams';

/** What is in the log of a command that is decided again: it was accepted, whatever the world looks like by now. */
export interface Stored {
  /** Of its first unit. */
  readonly events: readonly Pick<ControlEvent, 'type' | 'data'>[];
  /** How many units it wrote. */
  readonly units: number;
  /** When it was decided, where an event says so: milliseconds since 1970. */
  readonly at: number | undefined;
}

/** A time at which the stream cannot have ended by itself: what was accepted came in time. */
export const beforeAnyEnd = ({ at = 0 }: Stored): number => at;

/** For what was found in order before. */
export const anything = (): readonly never[] => [];

const instantOf = ({ data }: Pick<ControlEvent, 'data'>): number | undefined => {
  const at = typeof data === 'object' && data !== null ? (data as { readonly at?: unknown }).at : undefined;
  return typeof at === 'number' ? at : undefined;
};

const storedOf = <State>(id: string, { message, unit }: Replayed<State>): Stored => {
  const events = message.events.filter((event) => event.unit === unit);
  return {
    events,
    units: message.units.filter((candidate) => candidate.id === id || candidate.id.startsWith(`${id}.`)).length,
    at: events.map(instantOf).find((at) => at !== undefined),
  };
};

/**
 * The answer of a command whose unit is in the log, whichever process wrote it: it is decided once more, on what it was
 * decided on.
 */
export const replayed = async <State, Result>(
  id: string,
  found: Replayed<State>,
  decide: (view: Awaited<ReturnType<Replayed<State>['before']>>, stored: Stored) => Decision<State, Result>,
): Promise<Result> => {
  const view = await found.before();
  const decision = decide(view, storedOf(id, found));
  const { message, unit, offset } = found;
  const stored = message.units[unit];
  if (decision.kind === 'nothing') {
    if (stored?.count === 0 && !message.events.some((event) => event.unit === unit)) return decision.result(view);
    throw new Error(`unit ${id} is in the log, but not when decided again`);
  }
  if (decision.kind === 'refuse')
    throw new Error(`unit ${id} is in the log, but is refused when decided again`, { cause: decision.error });
  const committed: Committed = { seq: message.seq, unit, offset };
  return decision.result([committed]);
};

const EMPTY = { body: new Uint8Array(0), count: 0, types: [], events: [] };

/**
 * Nothing to do, written down all the same: whoever asks again with the key of the client is told the same, although by
 * then there might be something to do.
 */
export const remembered = <State, Result>(
  view: StreamView<State>,
  decision: Decision<State, Result>,
): Decision<State, Result> => {
  if (decision.kind !== 'nothing' || !view.exists || view.closed) return decision;
  return { kind: 'append', units: [EMPTY], next: view.state, result: () => decision.result(view) };
};
