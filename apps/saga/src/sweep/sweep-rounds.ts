import { Rounds, type AppLogger, type Clock } from '@app/platform';
import type { Database } from '@app/read-model';

export interface SweeperParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: AppLogger;
  /** Whether it is this process's business. */
  readonly owns: (tenant: string, path: string) => boolean;
  /** Ends what is over, if it still is. */
  readonly settle: (tenant: string, path: string) => Promise<void>;
}

export interface Pace {
  readonly everyMs: number;
  readonly sweep: (signal: AbortSignal) => Promise<void>;
}

/** Looks that are taken again and again, each at its own pace; they begin and end together. */
export class SweepRounds {
  private readonly rounds: readonly Rounds[];

  /** `trouble`: what is said when one of them fails. */
  constructor({ logger }: Pick<SweeperParts, 'logger'>, trouble: string, paces: readonly Pace[]) {
    const onTrouble = (error: unknown): void => logger.warn(trouble, { error });
    this.rounds = paces.map(({ everyMs, sweep }) => new Rounds(everyMs, sweep, onTrouble));
  }

  start(): void {
    for (const each of this.rounds) each.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.rounds.map((each) => each.stop()));
  }
}
