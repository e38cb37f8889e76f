import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  ShapeQueries,
  type ReadBarrier,
  type Shape,
  type ShapeChanges,
  type ShapeFollowing,
  type ShapePage,
} from '@app/application';
import { isNews, ShapeFeed } from './shape-feed.js';
import { SharedChanges } from './shared-changes.js';
import { ELSEWHERE, type ShapeHandle } from './shape-tokens.js';
import { Turns } from './turns.js';

// The pool has more connections than that: shapes never take all of them.
const READS_AT_ONCE = 3;
const WAITING_READS = 5_000;
// Longer than a client takes to ask again.
const LINGER_MS = 30_000;

/** Reads of shapes for all clients of this process: few at a time, and one for all who wait for the same. */
@Injectable()
export class ShapeFeeds implements BeforeApplicationShutdown {
  private readonly feeds = new Map<string, ShapeFeed>();
  private readonly turns = new Turns(READS_AT_ONCE, WAITING_READS);
  private readonly shared = new SharedChanges((following) => this.turns.take(() => this.read(following)));
  private readonly sweeping = setInterval(() => this.sweep(), LINGER_MS).unref();

  constructor(private readonly queries: ShapeQueries) {}

  page(
    shape: Shape,
    at: ReadBarrier,
    from?: { readonly position: number; readonly after: number },
  ): Promise<ShapePage> {
    return this.turns.take(() => this.queries.page(shape, at, from));
  }

  changes(shape: Shape, from: number, at?: ReadBarrier): Promise<ShapeChanges> {
    if (at || shape.table.whole || from >= ELSEWHERE.position)
      return this.turns.take(() => this.queries.changes(shape, from, at));
    return this.shared.after(shape, from);
  }

  /**
   * The next changes after `from`, or that the handle does not lead on. When `end` comes
   * first: the place up to which there were none.
   */
  async next(shape: Shape, handle: ShapeHandle, from: number, end: AbortSignal): Promise<ShapeChanges | number> {
    let at = from;
    // Who was just given what the feed has read need not read again, unless time alone may have changed it.
    if (shape.timed || this.feeds.get(shape.id)?.position !== from) {
      const read = await this.changes(shape, from);
      if (isNews(read, handle, from)) return read;
      at = read.position;
    }
    while (!end.aborted) {
      const feed = this.feed(shape, handle, at);
      if (feed.position <= at) return (await feed.next(at, end)) ?? Math.max(at, feed.position);
      const read = await this.changes(shape, at);
      if (isNews(read, handle, at)) return read;
      at = read.position;
    }
    return at;
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.sweeping);
    for (const feed of this.feeds.values()) feed.close();
    this.feeds.clear();
  }

  private async read(following: readonly ShapeFollowing[]): Promise<readonly ShapeChanges[]> {
    const [first, ...others] = following;
    if (first && others.length === 0) return [await this.queries.changes(first.shape, first.from)];
    return this.queries.together(following);
  }

  private feed(shape: Shape, handle: ShapeHandle, position: number): ShapeFeed {
    const known = this.feeds.get(shape.id);
    if (known?.handle.generation === handle.generation && known.handle.expired === handle.expired) return known;
    known?.close();
    const feed = new ShapeFeed(shape, position, handle, {
      changes: (from) => this.changes(shape, from),
      watch: (listener) => this.queries.watch(shape, listener),
    });
    this.feeds.set(shape.id, feed);
    return feed;
  }

  private sweep(): void {
    const before = performance.now() - LINGER_MS;
    for (const [id, feed] of this.feeds) {
      if (!feed.idle || feed.idleSince > before) continue;
      feed.close();
      this.feeds.delete(id);
    }
  }
}
