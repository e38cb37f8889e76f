import { decodeMessage } from '../codec/format-v1.js';
import type { StreamRef } from '../port/command.js';
import type { LogBackend } from '../port/log-backend.js';
import type { LogMessage } from '../port/message.js';
import type { LogFeed } from './log-feed.js';
import type { AggregateTail, Tail } from './tail.js';
import type { Tails } from './tails.js';
import type { EngineTiming } from './timing.js';

const SCAN = { messages: 500, bytes: 4 * 1024 * 1024 };

export interface EngineClock {
  /** Milliseconds since 1970. */
  now(): number;
}

export interface FoundUnit {
  readonly message: LogMessage;
  readonly unit: number;
}

/** What every writer of this process shares: the broker, the tails, and the search for unit ids. */
export class WriterContext {
  constructor(
    readonly backend: LogBackend,
    readonly tails: Tails,
    readonly clock: EngineClock,
    readonly timing: EngineTiming,
    private readonly feed: LogFeed,
    private readonly barrier: () => Promise<number>,
  ) {}

  tail<S>(stream: StreamRef<S>): Promise<AggregateTail<S>> {
    return this.tails.folded(stream);
  }

  /**
   * True when nothing newer than `tail` existed at some moment after `tick`. Answers that depend on state and write
   * nothing need it: the cached tail alone may be behind another process.
   */
  async confirm(subject: string, tail: Tail, tick: number): Promise<boolean> {
    if (this.tails.confirmedSince(subject, tail, tick)) return true;
    await this.barrier();
    return (await this.tails.get(subject)).seq === tail.seq;
  }

  /**
   * A unit with this id on the subject in (`since`, tail]: first among the recent messages, then on the leader for what
   * is older than those.
   */
  async findUnit(subject: string, id: string, since: number, tail: Tail): Promise<FoundUnit | undefined> {
    await this.feed.reached(tail.seq, this.timing.barrierMs);
    const { recent } = this.feed;
    const known = recent.findUnit(id);
    if (known) return known.message.subject === subject ? known : undefined;
    return since >= recent.start ? undefined : this.scan(subject, id, since, Math.min(recent.start, tail.seq));
  }

  /** The first message after `expected` on the subject; undefined when there is none yet. */
  async successor(subject: string, expected: number): Promise<LogMessage | undefined> {
    const raw = await this.backend.last(subject);
    if (!raw || raw.seq <= expected) return undefined;
    let message = decodeMessage(raw);
    while (message.prev > expected) {
      const before = await this.tails.message(message.prev);
      if (!before) break;
      message = before;
    }
    return message;
  }

  private async scan(subject: string, id: string, since: number, until: number): Promise<FoundUnit | undefined> {
    let from = since + 1;
    while (from <= until) {
      const page = await this.backend.readSubject(subject, from, SCAN);
      for (const raw of page) {
        if (raw.seq > until) return undefined;
        const message = decodeMessage(raw);
        const unit = message.units.findIndex((candidate) => candidate.id === id);
        if (unit >= 0) return { message, unit };
      }
      const last = page.at(-1);
      if (!last) return undefined;
      from = last.seq + 1;
    }
    return undefined;
  }
}
