import { Rounds, type AppLogger, type Clock } from '@app/platform';
import { FIRST_END, streamEnds, type Database } from '@app/read-model';
import { sweepPages } from './sweep-pages.js';

export interface SweeperParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: AppLogger;
  /** Whether it is this process's business. */
  readonly owns: (tenant: string, path: string) => boolean;
  /** Ends the stream if it is over. */
  readonly settle: (tenant: string, path: string) => Promise<void>;
}

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
export class StreamSweeper {
  private readonly rounds: readonly Rounds[];
  private readonly graceMs: number;

  constructor(
    private readonly parts: SweeperParts,
    { everyMs = EVERY_MS, goneEveryMs = GONE_EVERY_MS, graceMs = GRACE_MS }: SweeperOptions = {},
  ) {
    this.graceMs = graceMs;
    const onTrouble = (error: unknown): void => parts.logger.warn('streams that are over are not swept', { error });
    this.rounds = [
      new Rounds(everyMs, (signal) => this.sweep('expiring', signal), onTrouble),
      new Rounds(goneEveryMs, (signal) => this.sweep('gone', signal), onTrouble),
    ];
  }

  start(): void {
    for (const each of this.rounds) each.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.rounds.map((each) => each.stop()));
  }

  private sweep(kind: 'expiring' | 'gone', signal: AbortSignal): Promise<void> {
    const { database, clock } = this.parts;
    const until = clock.now() - this.graceMs;
    return sweepPages({
      ...this.parts,
      first: FIRST_END,
      page: (after, limit) => streamEnds(database, kind, until, after, limit),
      trouble: 'a stream that is over could not be ended',
      signal,
    });
  }
}
