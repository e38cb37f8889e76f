import { randomUUID } from 'node:crypto';
import { TIMEOUTS, type Clock } from '@app/platform';
import type { Copies, Log } from '@app/streams';

/** Who asks, for whom. `principal` is a canonical principal URL. */
export interface Caller {
  readonly tenant: string;
  readonly principal: string;
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
}

/** Whoever gave the command may have decided it and told the outcome, so nothing of it may be decided here any more. */
export class Disowned extends Error {
  override readonly name = 'Disowned';
}

/** @throws Disowned */
export const assertHeld = ({ holds }: Pick<Stamp, 'holds'>): void => {
  if (holds?.() === false) throw new Disowned('this process was silent for too long');
};

export const stamp = (log: Log, clock: Clock): Stamp => {
  const now = clock.now();
  const deadline = now + TIMEOUTS.requestDeadlineMs;
  return { id: randomUUID(), since: log.position(), deadline, now, copies: 'nowhere' };
};
