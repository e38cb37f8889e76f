import { FIRST_END, streamEnds } from '@app/read-model';
import { sweepPages } from './sweep-pages.js';
import { SweepRounds, type SweeperParts } from './sweep-rounds.js';

export interface SweeperOptions {
  readonly everyMs?: number;
  /** Between two looks at streams that only forks keep. */
  readonly goneEveryMs?: number;
  /** How long after its time a stream is swept. */
  readonly graceMs?: number;
}

// To whoever asks, a stream is over on time; this only clears up behind it.
const EVERY_MS = 5_000;
// Normally the last fork takes its source along; only a crash in between leaves that to us.
const GONE_EVERY_MS = 10 * 60_000;
// More than the clocks of processes differ: what another process takes for alive is left alone.
const GRACE_MS = 5_000;

/**
 * Ends streams that nobody touches any more. It only looks at them, as a reader does: whether the time of a stream is
 * over is decided by its writer, so that a use which is written down first wins, and several sweepers have one effect.
 */
export const streamSweeper = (
  parts: SweeperParts,
  { everyMs = EVERY_MS, goneEveryMs = GONE_EVERY_MS, graceMs = GRACE_MS }: SweeperOptions = {},
): SweepRounds => {
  const { database, clock } = parts;
  const sweep = (kind: 'expiring' | 'gone', signal: AbortSignal): Promise<void> => {
    const until = clock.now() - graceMs;
    return sweepPages({
      ...parts,
      first: FIRST_END,
      page: (after, limit) => streamEnds(database, kind, until, after, limit),
      trouble: 'a stream that is over could not be ended',
      signal,
    });
  };
  return new SweepRounds(parts, 'streams that are over are not swept', [
    { everyMs, sweep: (signal) => sweep('expiring', signal) },
    { everyMs: goneEveryMs, sweep: (signal) => sweep('gone', signal) },
  ]);
};
