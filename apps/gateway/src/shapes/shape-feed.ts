import type { Shape, ShapeChanges, ShapeNews } from '@app/application';
import { isLost, type ShapeHandle } from './shape-tokens.js';

export interface FeedSource {
  readonly changes: (from: number) => Promise<ShapeChanges>;
  readonly watch: (listener: (news: ShapeNews) => void) => () => void;
}

interface Holder {
  readonly from: number;
  readonly answer: (changes: ShapeChanges) => void;
  readonly fail: (error: unknown) => void;
}

/** Whether an answer has something for those who are at `from`; that they must begin anew is something, too. */
export const isNews = ({ changes, head }: ShapeChanges, handle: ShapeHandle, from: number): boolean =>
  changes.length > 0 || isLost(handle, from, head);

/** One shape that somebody waits for: read once for all who wait. */
export class ShapeFeed {
  private readonly holders = new Set<Holder>();
  private readonly unwatch: () => void;
  private reading = false;
  private news?: ShapeNews;
  /** Nothing in the shape has happened to here since `position` that a holder has not been given. */
  private at: number;
  idleSince = performance.now();

  constructor(
    readonly shape: Shape,
    position: number,
    readonly handle: ShapeHandle,
    private readonly source: FeedSource,
  ) {
    this.at = position;
    this.unwatch = source.watch((news) => {
      this.news = news;
      void this.catchUp();
    });
  }

  get position(): number {
    return this.at;
  }

  get idle(): boolean {
    return this.holders.size === 0;
  }

  /** Undefined when `end` comes first. `from`: not before `position`. */
  next(from: number, end: AbortSignal): Promise<ShapeChanges | undefined> {
    // What happened while nobody waited is of no interest to who knows it.
    if (this.idle) this.at = Math.max(this.at, from);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.holders.delete(holder);
        this.idleSince = performance.now();
        end.removeEventListener('abort', ended);
      };
      const ended = (): void => {
        leave();
        resolve(undefined);
      };
      const holder: Holder = {
        from,
        answer: (changes) => {
          leave();
          resolve(changes);
        },
        fail: (error) => {
          leave();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      this.holders.add(holder);
      end.addEventListener('abort', ended);
      if (end.aborted) ended();
      else void this.catchUp();
    });
  }

  close(): void {
    this.unwatch();
  }

  private get behind(): boolean {
    return this.news !== undefined && (this.news.latest > this.at || this.news.generation !== this.handle.generation);
  }

  /** Reads only while somebody waits: a shape nobody waits for costs nothing. */
  private async catchUp(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      while (this.behind && !this.idle) {
        const from = this.at;
        const changes = await this.source.changes(from);
        this.at = Math.max(this.at, changes.position);
        if (isNews(changes, this.handle, from)) this.give(changes);
        else if (changes.position <= from) break;
      }
    } catch (error) {
      for (const holder of [...this.holders]) holder.fail(error);
    } finally {
      this.reading = false;
    }
  }

  private give(changes: ShapeChanges): void {
    for (const holder of [...this.holders]) {
      const own = changes.changes.filter(({ seq }) => seq > holder.from);
      if (own.length === changes.changes.length) holder.answer(changes);
      else if (own.length > 0) holder.answer({ ...changes, changes: own });
    }
  }
}
