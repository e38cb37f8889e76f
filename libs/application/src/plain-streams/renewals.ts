import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { decideRenew } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { stamp } from '../kernel/stamp.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { PlainStreamWriter, type PlainSnapshotView } from './plain-stream-writer.js';

// A renewal is written at most this often per window, so reading costs little; nothing is lost, see below.
const PER_WINDOW = 8;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
// Beyond it every read is written down at once: slower, but it needs no memory.
const MAX_WAITING = 50_000;

interface Use {
  readonly tenant: string;
  readonly path: string;
  /** Of the stream. */
  readonly windowMs: number;
  /** The last one. */
  at: number;
}

interface Waiting extends Use {
  readonly timer: NodeJS.Timeout;
}

/**
 * Use of streams that end when idle. The first use after a while is written down before it is answered. The uses that
 * follow soon after are remembered, and the last of them is written down an eighth of the window later: long before the
 * stream could end, so every process counts from the last use, not from the last one that was written at once. Only a
 * process that is killed forgets them.
 */
@Injectable()
export class Renewals implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Renewals');
  private readonly waiting = new Map<string, Waiting>();
  private stopping = false;

  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** @returns false when the stream ended before this use could be written down */
  async touch(tenant: string, path: string, { state, incarnation }: PlainSnapshotView): Promise<boolean> {
    if (state.situation !== 'live' || state.expiry?.kind !== 'idle') return true;
    const use: Use = { tenant, path, windowMs: state.expiry.ttl * 1000, at: this.clock.now() };
    const wait = state.renewedAt + use.windowMs / PER_WINDOW - use.at;
    // Another life has another window.
    const key = `${tenant} ${path} ${String(incarnation)}`;
    const waiting = this.waiting.get(key);
    if (waiting) waiting.at = use.at;
    else if (wait > 0 && this.waiting.size < MAX_WAITING && !this.stopping) this.later(key, use, wait);
    else return this.writeDown(key, use);
    return true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    const left = [...this.waiting];
    this.waiting.clear();
    for (const [, { timer }] of left) clearTimeout(timer);
    await Promise.all(left.map(([key, use]) => this.writeDown(key, use)));
  }

  private later(key: string, use: Use, wait: number): void {
    const timer = setTimeout(
      () => {
        const due = this.waiting.get(key);
        this.waiting.delete(key);
        if (due) void this.writeDown(key, due);
      },
      Math.min(wait, LONGEST_TIMER_MS),
    );
    this.waiting.set(key, { ...use, timer: timer.unref() });
  }

  /** What cannot be written down now is tried again for as long as it would keep the stream; no read waits for that. */
  private async writeDown(key: string, { tenant, path, windowMs, at }: Use): Promise<boolean> {
    try {
      const { result } = await this.writer.submit(tenant, path, stamp(this.log, this.clock), {
        decide: ({ state }) => decideRenew(state, at),
      });
      return result === 'used';
    } catch (error) {
      this.logger.warn(`the use of ${path} could not be written down`, { error });
      const waiting = this.waiting.get(key);
      if (waiting === undefined && !this.stopping && this.clock.now() < at + windowMs)
        this.later(key, { tenant, path, windowMs, at }, windowMs / PER_WINDOW);
      return true;
    }
  }
}
