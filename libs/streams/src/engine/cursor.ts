import { openMessage } from '../codec/format-v1.js';
import { LogUnavailable, type LogBackend, type ReadLimit } from '../port/log-backend.js';
import { LogCursor } from '../port/log.js';
import type { LogMessage } from '../port/message.js';
import type { LogFeed } from './log-feed.js';

/** Reads from the recent messages; what is older comes from the broker, page by page. */
export class FeedCursor extends LogCursor {
  private at: number;
  private closed = false;
  private wake?: () => void;
  private readonly onMessage = (): void => {
    this.wake?.();
  };

  constructor(
    private readonly feed: LogFeed,
    private readonly backend: LogBackend,
    position: number,
    private readonly replicated: boolean,
  ) {
    super();
    this.at = position;
    feed.follow(this.onMessage);
  }

  override get position(): number {
    return this.at;
  }

  override async next(limit: ReadLimit): Promise<readonly LogMessage[]> {
    while (!this.closed) {
      const page = this.feed.recent.after(this.at, limit) ?? (await this.older(limit));
      const last = page.at(-1);
      if (last) {
        this.at = last.seq;
        return page;
      }
      await this.news();
    }
    return [];
  }

  override close(): void {
    this.closed = true;
    this.feed.unfollow(this.onMessage);
    this.wake?.();
  }

  private async older(limit: ReadLimit): Promise<readonly LogMessage[]> {
    const { start } = this.feed.recent;
    const page = (await this.backend.range(this.at + 1, limit)).map(openMessage);
    if (page.length > 0) return page;
    // Nothing left before the recent messages: purged. Unless the leader has what this replica has not. Of several
    // brokers both may be behind, so only what came later proves that there is something this replica does not have.
    if ((this.replicated && this.feed.recent.end > start) || (await this.backend.get(start)))
      throw new LogUnavailable(`messages up to ${String(start)} are missing`);
    this.at = Math.max(this.at, start);
    return page;
  }

  private news(): Promise<void> {
    if (this.closed || this.feed.recent.end > this.at) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = undefined;
        resolve();
      };
    });
  }
}
