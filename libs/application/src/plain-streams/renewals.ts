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

interface Waiting {
  readonly tenant: string;
  readonly path: string;
  at: number;
  timer: NodeJS.Timeout;
}

/**
 * Use of streams that end when idle. The first use after a while is written down before it is answered. The uses that
 * follow soon after are remembered, and the last of them is written down an eighth of the window later: long before the
 * stream could end, so every process counts from the last use, not from the last one that was written at once.
 */
@Injectable()
export class Renewals implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Renewals');
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async touch(tenant: string, path: string, { state, incarnation }: PlainSnapshotView): Promise<void> {
    if (state.situation !== 'live' || state.expiry?.kind !== 'idle') return;
    const now = this.clock.now();
    const every = (state.expiry.ttl * 1000) / PER_WINDOW;
    const wait = state.renewedAt + every - now;
    // Another life has another window.
    const key = `${tenant} ${path} ${String(incarnation)}`;
    const waiting = this.waiting.get(key);
    if (waiting) waiting.at = now;
    else if (wait > 0 && this.waiting.size < MAX_WAITING) this.later(key, { tenant, path, at: now }, wait);
    else if (!(await this.renew(tenant, path, now))) this.later(key, { tenant, path, at: now }, every);
  }

  async beforeApplicationShutdown(): Promise<void> {
    const left = [...this.waiting.values()];
    this.waiting.clear();
    for (const { timer } of left) clearTimeout(timer);
    await Promise.all(left.map(({ tenant, path, at }) => this.renew(tenant, path, at)));
  }

  private later(key: string, use: Omit<Waiting, 'timer'>, wait: number): void {
    const timer = setTimeout(
      () => {
        const due = this.waiting.get(key);
        this.waiting.delete(key);
        if (due) void this.renew(due.tenant, due.path, due.at);
      },
      Math.min(wait, LONGEST_TIMER_MS),
    );
    this.waiting.set(key, { ...use, timer: timer.unref() });
  }

  /** Whether it is written down. A read is answered even if it cannot be. */
  private async renew(tenant: string, path: string, at: number): Promise<boolean> {
    try {
      await this.writer.submit(tenant, path, stamp(this.log, this.clock), {
        decide: ({ state }) => decideRenew(state, at),
      });
      return true;
    } catch (error) {
      this.logger.warn(`the use of ${path} could not be written down`, { error });
      return false;
    }
  }
}
