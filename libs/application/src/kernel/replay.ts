import type { Committed, ControlEvent, Decision, Replayed } from '@app/streams';

/** What is in the log of a command that is decided again: it was accepted, whatever the world looks like by now. */
export interface Stored {
  /** Of its first unit. */
  readonly events: readonly Pick<ControlEvent, 'type' | 'data'>[];
  /** How many units it wrote. */
  readonly units: number;
}

/** For what was found in order before. */
export const anything = (): readonly never[] => [];

const storedOf = <State>(id: string, { message, unit }: Replayed<State>): Stored => ({
  events: message.events.filter((event) => event.unit === unit),
  units: message.units.filter((candidate) => candidate.id === id || candidate.id.startsWith(`${id}.`)).length,
});

/**
 * The answer of a command whose unit is in the log, whichever process wrote it: it is decided once more, on what it was
 * decided on.
 */
export const replayed = async <State, Result>(
  id: string,
  found: Replayed<State>,
  decide: (view: Awaited<ReturnType<Replayed<State>['before']>>, stored: Stored) => Decision<State, Result>,
): Promise<Result> => {
  const decision = decide(await found.before(), storedOf(id, found));
  if (decision.kind === 'refuse')
    throw new Error(`unit ${id} is in the log, but is refused when decided again`, { cause: decision.error });
  if (decision.kind !== 'append') throw new Error(`unit ${id} is in the log, but not when decided again`);
  const { message, unit, offset } = found;
  const committed: Committed = { seq: message.seq, unit, offset };
  return decision.result([committed]);
};
