import { Rounds } from '@app/platform';
import { NotOver, type Log } from '@app/streams';
import type { LaneWorker } from '../lanes/lane-worker.js';
import type { Database, TransactionOptions } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';
import { duePurges, forgetPurges, markReady, nothingRebuilds, removeRows, type DuePurge } from './purge-store.js';

export interface PurgerParts {
  readonly db: Database;
  readonly log: Pick<Log, 'purge'>;
  /** Only streams in its lanes are purged here, so that each is by one process. */
  readonly worker: Pick<LaneWorker, 'owned' | 'fenced'>;
  readonly subject: (tenant: string, path: string) => string;
  readonly onTrouble: (error: unknown) => void;
}

export interface PurgerOptions {
  /** How often it looks for work. */
  readonly everyMs?: number;
  /** Rows of a table removed by one transaction. */
  readonly chunk?: number;
}

// Nobody waits for the room; a tombstone is an answer to its client at once.
const EVERY_MS = 2_000;
const PAGE = 200;
const CHUNK = 5_000;

const FIRST: DuePurge = { tenant: '', path: '', below: 0 };

/**
 * Gives back what streams took that are over: first in the log, then in the tables, last the note that it is due. Each
 * step may be repeated, so it goes on from the note after a crash at any point.
 */
export class Purger {
  private readonly rounds: Rounds;
  private readonly chunk: number;

  constructor(
    private readonly parts: PurgerParts,
    { everyMs = EVERY_MS, chunk = CHUNK }: PurgerOptions = {},
  ) {
    this.chunk = chunk;
    this.rounds = new Rounds(everyMs, (signal) => this.round(signal), parts.onTrouble);
  }

  start(): void {
    this.rounds.start();
  }

  /** Ends between two steps. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    let after = FIRST;
    for (;;) {
      const page = await duePurges(this.parts.db, after, PAGE);
      const own = page.filter(({ tenant, path }) => this.parts.worker.owned(tenant, path) !== undefined);
      await this.purge(own, signal);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last;
    }
  }

  private async purge(found: readonly DuePurge[], signal: AbortSignal): Promise<void> {
    if (found.length === 0) return;
    const ready = await this.fenced(found, (tx) => markReady(tx, found), { synchronousCommit: 'on' });
    const purged: DuePurge[] = [];
    for (const due of ready) if (await this.purgeLog(due, signal)) purged.push(due);
    for (let done = purged.length === 0; !done;) {
      signal.throwIfAborted();
      done = await this.fenced(purged, (tx) => this.removeRows(tx, purged));
    }
  }

  private async purgeLog({ tenant, path, below }: DuePurge, signal: AbortSignal): Promise<boolean> {
    try {
      await this.parts.log.purge(this.parts.subject(tenant, path), below, signal);
      return true;
    } catch (error) {
      // One that does not agree with the log must not hold up the others.
      if (!(error instanceof NotOver)) throw error;
      this.parts.onTrouble(error);
      return false;
    }
  }

  private async removeRows(tx: Tx, purged: readonly DuePurge[]): Promise<boolean> {
    const removed = await removeRows(tx, purged, this.chunk);
    if (!(await nothingRebuilds(tx))) throw new Error('a projection is being rebuilt');
    if (removed) await forgetPurges(tx, purged);
    return removed;
  }

  private fenced<T>(
    purges: readonly DuePurge[],
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const { worker } = this.parts;
    const lanes = purges.map(({ tenant, path }) => worker.owned(tenant, path) ?? -1);
    return worker.fenced([...new Set(lanes)], work, options);
  }
}
