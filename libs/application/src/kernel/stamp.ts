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
  readonly holds?: () => boolean;
  readonly attempt?: Attempt;
}

/** Whoever gave the command may have decided it and told the outcome, so nothing of it may be decided here any more. */
export class Disowned extends Error {
  override readonly name = 'Disowned';
}

/** @throws Disowned */
export const assertHeld = ({ holds }: Pick<Stamp, 'holds'>): void => {
  if (holds?.() === false) throw new Disowned('this process was silent for too long');
};

export const stamp = (log: Log, clock: Clock, attempt?: Attempt): Stamp => {
  const now = clock.now();
  const base = { deadline: now + TIMEOUTS.requestDeadlineMs, now, ...(attempt && { attempt }) };
  if (!attempt?.key) return { ...base, id: randomUUID(), since: log.position(), copies: 'nowhere' };
  // Earlier attempts may be as old as the stream.
  return { ...base, id: attempt.key.id, since: attempt.key.since ?? 0, copies: 'anywhere' };
};

/** A stamp that came from, or goes to, another process. An earlier attempt of a key may be anywhere anyway. */
export const elsewhere = (taken: Omit<Stamp, 'copies'>): Stamp => ({
  ...taken,
  copies: taken.attempt?.key ? 'anywhere' : 'elsewhere',
});

/** What the log must know of a stamped command. */
export const identityOf = ({
  id,
  since,
  deadline,
  copies,
  attempt,
}: Stamp): Pick<Command<never, never>, 'id' | 'since' | 'deadline' | 'copies' | 'keyed' | 'fingerprint'> => ({
  id,
  since,
  deadline,
  copies,
  ...(attempt?.key && { keyed: true, fingerprint: attempt.key.fingerprint }),
});
