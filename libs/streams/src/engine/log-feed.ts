import { openMessage } from '../codec/format-v1.js';
import { LogUnavailable, type Feed, type LogBackend } from '../port/log-backend.js';
import type { TailListener } from '../port/log.js';
import type { LogMessage, RawMessage } from '../port/message.js';
import type { ListeningClock } from './listening-clock.js';
import type { RecentLog } from './recent-log.js';

/**
 * The one feed of this process: every message of the log, in order, handed to whoever follows. Its position is the last
 * sequence received, never inferred from anything else.
 */
export class LogFeed {
  private feed?: Feed;
  private live = false;
  private readonly watchers = new Map<string, Set<TailListener>>();
  private readonly followers = new Set<(message: LogMessage) => void>();
  private waiting: { readonly seq: number; readonly done: () => void }[] = [];
  private failure?: string;

  constructor(
    private readonly backend: LogBackend,
    readonly recent: RecentLog,
    /** By which waits on this log end. */
    readonly clock: ListeningClock,
  ) {}

  async start(): Promise<void> {
    this.feed = await this.backend.follow(this.recent.end + 1, {
      onMessage: (raw) => {
        this.receive(raw);
      },
      onLive: (live) => {
        this.live = live;
      },
    });
    this.live = true;
  }

  get position(): number {
    return this.recent.end;
  }

  trouble(): string | undefined {
    return this.failure ?? (this.live ? undefined : 'the feed of the log is not connected');
  }

  /** Called for every message, before anybody who waits for its sequence goes on. */
  follow(follower: (message: LogMessage) => void): void {
    this.followers.add(follower);
  }

  unfollow(follower: (message: LogMessage) => void): void {
    this.followers.delete(follower);
  }

  watch(subject: string, listener: TailListener): () => void {
    const listeners = this.watchers.get(subject) ?? new Set();
    this.watchers.set(subject, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.watchers.get(subject) === listeners) this.watchers.delete(subject);
    };
  }

  /** Resolves to true with the next message of the subject, to false when there was none in `timeoutMs`. */
  brings(subject: string, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (brought: boolean): void => {
        clearTimeout(timer);
        unwatch();
        resolve(brought);
      };
      const unwatch = this.watch(subject, () => {
        settle(true);
      });
      const timer = setTimeout(settle, timeoutMs, false);
    });
  }

  /** Resolves once the feed has received `seq`; rejects with LogUnavailable after `timeoutMs`. */
  reached(seq: number, timeoutMs: number): Promise<void> {
    if (seq <= this.position) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter = {
        seq,
        done: () => {
          callOff();
          resolve();
        },
      };
      const callOff = this.clock.after(timeoutMs, () => {
        this.waiting = this.waiting.filter((other) => other !== waiter);
        reject(new LogUnavailable(`the feed is behind: at ${String(this.position)}, asked for ${String(seq)}`));
      });
      this.waiting.push(waiter);
    });
  }

  /** Whoever delivers has stopped doing so without saying it. */
  renew(): void {
    this.feed?.renew();
  }

  async stop(): Promise<void> {
    this.live = false;
    this.clock.stop();
    await this.feed?.stop();
  }

  private receive(raw: RawMessage): void {
    // A message we cannot read goes the same way as all others: it blocks whoever must understand it, nobody else.
    const message = openMessage(raw);
    this.recent.push(message);
    for (const follower of this.followers) this.tell(() => follower(message));
    const watchers = this.watchers.get(message.subject);
    // A copy, because who begins to watch during the loop has not missed this message: it came before.
    if (watchers) for (const listener of [...watchers]) this.tell(() => listener(message));
    if (this.waiting.length > 0) this.wake(message.seq);
  }

  /** A defect of one listener must not keep the message from the others. */
  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.failure ??= `a listener of the log failed: ${String(error)}`;
    }
  }

  private wake(position: number): void {
    const due = this.waiting.filter(({ seq }) => seq <= position);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter(({ seq }) => seq > position);
    for (const { done } of due) done();
  }
}
