import { Rounds, type AppLogger, type Clock } from '@app/platform';
import { FIRST_END, streamEnds, type Database, type StreamEnd } from '@app/read-model';
import { LogUnavailable } from '@app/streams';

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
const PAGE = 500;
// Requests of clients go first.
const AT_ONCE = 8;

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

  /** All that are due, page by page: one that cannot be settled keeps nobody waiting. */
  private async sweep(kind: 'expiring' | 'gone', signal: AbortSignal): Promise<void> {
    const { database, clock, owns } = this.parts;
    const until = clock.now() - this.graceMs;
    let after = FIRST_END;
    for (;;) {
      const page = await streamEnds(database, kind, until, after, PAGE);
      const own = page.filter(({ tenant, path }) => owns(tenant, path));
      for (let at = 0; at < own.length; at += AT_ONCE) {
        signal.throwIfAborted();
        await Promise.all(own.slice(at, at + AT_ONCE).map((end) => this.settle(end)));
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last;
    }
  }

  private async settle({ tenant, path }: StreamEnd): Promise<void> {
    try {
      await this.parts.settle(tenant, path);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      this.parts.logger.warn('a stream that is over could not be ended', { error, tenant, path });
    }
  }
}
