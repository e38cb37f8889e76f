import type { LaneHints } from '../lanes/lane-hints.js';
import type { Database } from '../sql/database.js';

/** What there is to read of a shape's table. */
export interface ShapeNews {
  readonly generation: number;
  /** Place of its newest change; 0 when there is none. */
  readonly latest: number;
}

export type NewsListener = (news: ShapeNews) => void;

// Hints make it short; polling only bridges lost ones.
const POLL_MS = 500;
// Under load one question answers for all commits of this time.
const GATHER_MS = 5;

interface Found extends ShapeNews {
  readonly shape: string;
  readonly group: string;
  /** Place of its newest change, also of those that wait for slower lanes. */
  readonly ahead: number;
}

/** Tells everybody in the process who follows a table that it has changed: one question for all of them. */
export class ShapeFollower {
  private readonly listeners = new Map<string, Set<NewsListener>>();
  private readonly unsubscribe: () => void;
  private timer?: NodeJS.Timeout;
  private dueAt = Infinity;
  private asking = false;
  private askAgain = false;
  private closed = false;

  constructor(
    private readonly db: Database,
    private readonly hints: LaneHints,
  ) {
    this.unsubscribe = hints.onAdvanced(() => {
      if (this.listeners.size > 0) this.askSoon();
    });
  }

  /** The listener hears at once where the table is, and then again and again, whether or not it has changed. */
  watch(table: string, listener: NewsListener): () => void {
    const own = this.listeners.get(table) ?? new Set<NewsListener>();
    this.listeners.set(table, own.add(listener));
    this.askSoon();
    return () => {
      own.delete(listener);
      if (own.size === 0 && this.listeners.get(table) === own) this.listeners.delete(table);
    };
  }

  close(): void {
    this.closed = true;
    this.unsubscribe();
    clearTimeout(this.timer);
  }

  private askSoon(): void {
    if (this.asking) this.askAgain = true;
    else this.askIn(GATHER_MS);
  }

  private askIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.closed || at >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = at;
    this.timer = setTimeout(() => void this.ask(), ms).unref();
  }

  private async ask(): Promise<void> {
    this.dueAt = Infinity;
    if (this.listeners.size === 0) return;
    this.asking = true;
    try {
      for (const { shape, group, ahead, ...news } of await this.news()) {
        this.tell(shape, news);
        // Idle lanes take their time unless somebody waits for them.
        if (ahead > news.latest) this.hints.wanted(group, ahead);
      }
    } catch {
      // Whoever reads meets the same trouble and tells it; here it is enough to ask again.
    }
    this.asking = false;
    this.askIn(this.askAgain ? GATHER_MS : POLL_MS);
    this.askAgain = false;
  }

  private news(): Promise<readonly Found[]> {
    return this.db.query<Found>(
      `SELECT l.shape, l.worker_group AS "group", l.generation, coalesce((
         SELECT max(c.seq) FROM shape_changes c WHERE c.shape = l.shape AND c.seq <= (
           SELECT min(position) FROM lanes WHERE worker_group = l.worker_group)), 0) AS latest,
         coalesce((SELECT max(c.seq) FROM shape_changes c WHERE c.shape = l.shape), 0) AS ahead
       FROM shape_logs l WHERE l.shape = ANY($1::text[])`,
      [[...this.listeners.keys()]],
    );
  }

  private tell(table: string, news: ShapeNews): void {
    for (const listener of [...(this.listeners.get(table) ?? [])]) listener(news);
  }
}
