import { randomUUID } from 'node:crypto';
import { TIMEOUTS, type Clock } from '@app/platform';
import type { Command, Copies, Log } from '@app/streams';
import type { Attempt } from './attempt.js';

/** Who asks, for whom. `principal` is a canonical principal URL. */
export interface Caller {
  readonly tenant: string;
  readonly principal: string;
  /** The request of the client behind it. */
  readonly attempt?: Attempt;
}

/** What every command carries, taken when it was received. The id is the unit's, so it is also its txid. */
export interface Stamp {
  readonly id: string;
  readonly since: number;
  readonly deadline: number;
  readonly now: number;
  /** Where else the command may be. */
  readonly copies: Copies;
  /** Of a command that another process gave: whether that may still leave the decision to this one. */
  readonly holds?: (() => boolean) | undefined;
  readonly attempt?: Attempt | undefined;
}

/** Whoever gave the command may have decided it and told the outcome, so nothing of it may be decided here any more. */
export class Disowned extends Error {
  override readonly name = 'Disowned';
}

/** @throws Disowned */
export const assertHeld = ({ holds }: Pick<Stamp, 'holds'>): void => {
  if (holds?.() === false) throw new Disowned('this process was silent for too long');
};

/** Every field in one literal: objects put together from parts each get a shape of their own, which is slow to use. */
export const stamp = (log: Log, clock: Clock, attempt?: Attempt): Stamp => {
  const now = clock.now();
  const key = attempt?.key;
  return {
    id: key ? key.id : randomUUID(),
    // Earlier attempts may be as old as the stream.
    since: key ? (key.since ?? 0) : log.position(),
    deadline: now + TIMEOUTS.requestDeadlineMs,
    now,
    copies: key ? 'anywhere' : 'nowhere',
    holds: undefined,
    attempt,
  };
};

/** A stamp that came from, or goes to, another process. An earlier attempt of a key may be anywhere anyway. */
export const elsewhere = ({ id, since, deadline, now, holds, attempt }: Omit<Stamp, 'copies'>): Stamp => ({
  id,
  since,
  deadline,
  now,
  copies: attempt?.key ? 'anywhere' : 'elsewhere',
  holds,
  attempt,
});

/** What a stamped command does, see Command. */
export type CommandWork<State, Result> = Pick<Command<State, Result>, 'creates' | 'producer' | 'decide' | 'replay'>;

/** A stamped command for the log, in one literal like the stamp. */
export const logCommand = <State, Result>(
  { id, since, deadline, copies, attempt }: Stamp,
  { creates, producer, decide, replay }: CommandWork<State, Result>,
): Command<State, Result> => ({
  id,
  since,
  deadline,
  copies,
  keyed: attempt?.key && true,
  fingerprint: attempt?.key?.fingerprint,
  creates,
  producer,
  decide,
  replay,
});
