import { createHash } from 'node:crypto';
import type { ActiveRegistration, WakeCause } from '@app/domain';

/** A wake that must be delivered, with its content frozen: one row of the outbox. */
export interface OwedWake {
  /** Id of the command; the same however often the cause is evaluated. */
  readonly id: string;
  /** Lane of the source. */
  readonly lane: number;
  readonly tenant: string;
  /** Entity URL. */
  readonly subscriber: string;
  /** Path of the source's stream. */
  readonly source: string;
  /** Identity of the registration. */
  readonly key: string;
  readonly activated: number;
  /** Sequence of the message that caused it, and which wake of that message it is. */
  readonly cause: number;
  readonly ordinal: number;
  /** JSON of the public item. */
  readonly content: string;
}

// A registration's identity and a position in its source: nothing else may have a part in it.
export const wakeId = ({ seq, data }: ActiveRegistration, { offset, index }: WakeCause): string =>
  createHash('sha256')
    .update(JSON.stringify([data.key, seq, offset, index]))
    .digest('hex')
    .slice(0, 32);
