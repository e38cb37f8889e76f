import { decodeMessage } from '../codec/format-v1.js';
import { LogUnavailable, type LogBackend } from '../port/log-backend.js';
import type { LogMessage } from '../port/message.js';
import type { Barrier } from './barrier.js';
import type { LogFeed } from './log-feed.js';

/** Where tails come from that are not in memory. */
export interface TailSource {
  /** The answer is the newest there was at some moment after the question; otherwise the feed has what it misses. */
  readonly certain: boolean;
  last(subject: string): Promise<LogMessage | undefined>;
  message(seq: number): Promise<LogMessage | undefined>;
}

const PAUSE_MS = 10;
const TRIES = 50;
const ALL = { messages: Infinity, bytes: Infinity };

/** One broker keeps the log, and knows it all. */
class SingleSource implements TailSource {
  readonly certain: boolean = true;

  constructor(protected readonly backend: LogBackend) {}

  async last(subject: string): Promise<LogMessage | undefined> {
    const raw = await this.backend.last(subject);
    return raw && decodeMessage(raw);
  }

  async message(seq: number): Promise<LogMessage | undefined> {
    const raw = await this.backend.get(seq);
    return raw && decodeMessage(raw);
  }
}

/**
 * Several brokers keep the log, and whoever answers may be behind. So an answer counts when it covers the log up to
 * where our recent messages begin: what it lacks is among those, or will come.
 */
class ReplicatedSource extends SingleSource {
  override readonly certain = false;

  constructor(
    backend: LogBackend,
    private readonly feed: LogFeed,
    private readonly barriers: Barrier,
    private readonly barrierSubject: string,
  ) {
    super(backend);
  }

  override async last(subject: string): Promise<LogMessage | undefined> {
    const { recent } = this.feed;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await this.backend.lastAsOf(subject, this.barrierSubject);
      // Nobody has ever put a barrier into this log, so nothing shows how far the answer goes.
      if (!answer) await this.barriers.mark(this.barrierSubject);
      else if (answer.position >= recent.start) {
        const known = answer.message?.seq ?? 0;
        const newer = recent.ofSubject(subject, Math.max(known, recent.start), ALL)?.at(-1);
        return newer ?? (answer.message && decodeMessage(answer.message));
      } else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    throw new LogUnavailable('the replica is behind');
  }
}

export const tailSource = (
  backend: LogBackend,
  feed: LogFeed,
  barriers: Barrier,
  barrierSubject: string | undefined,
): TailSource =>
  barrierSubject === undefined
    ? new SingleSource(backend)
    : new ReplicatedSource(backend, feed, barriers, barrierSubject);
