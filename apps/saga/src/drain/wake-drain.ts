import type { AppLogger } from '@app/platform';
import type { OwedWake } from '../owed-wake.js';
import type { Deliveries } from './delivery.js';
import type { Settlement } from './settlement.js';
import { SubscriberQueues } from './subscriber-queues.js';

// Enough to keep the log busy; each one waits for its own acknowledgement.
const CONCURRENCY = 64;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;

/** Delivers owed wakes: different subscribers side by side, one subscriber's wakes in order, until each has an outcome. */
export class WakeDrain {
  private readonly queues = new SubscriberQueues();
  private readonly ready: string[] = [];
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly active = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly deliveries: Deliveries,
    private readonly settlement: Settlement,
    private readonly logger: AppLogger,
  ) {}

  add(wakes: readonly OwedWake[]): void {
    this.ready.push(...this.queues.add(wakes));
    this.pump();
  }

  /** Somebody else delivers the wakes of these lanes now. */
  forgetLanes(lanes: readonly number[]): void {
    this.queues.forgetLanes(new Set(lanes));
  }

  /** Wakes that wait for their delivery. */
  get size(): number {
    return this.queues.size;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.active);
    await this.settlement.stop();
  }

  private pump(): void {
    while (!this.stopped && this.active.size < CONCURRENCY) {
      const subscriber = this.ready.shift();
      if (subscriber === undefined) return;
      const work = this.deliverHead(subscriber).finally(() => {
        this.active.delete(work);
        this.pump();
      });
      this.active.add(work);
    }
  }

  private async deliverHead(subscriber: string): Promise<void> {
    const wake = this.queues.head(subscriber);
    if (!wake) return;
    try {
      this.settlement.add({ wake, outcome: await this.deliveries.deliver(wake) });
    } catch (error) {
      this.retry(subscriber, wake, error);
      return;
    }
    this.failures.delete(subscriber);
    if (this.queues.shift(subscriber)) this.ready.push(subscriber);
  }

  private retry(subscriber: string, { id }: OwedWake, error: unknown): void {
    const failures = this.failures.get(subscriber) ?? 0;
    this.failures.set(subscriber, failures + 1);
    const delayMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
    this.logger.warn('a wake is not delivered yet', { error, id, attempt: failures + 1 });
    const timer = setTimeout(() => {
      this.timers.delete(subscriber);
      this.ready.push(subscriber);
      this.pump();
    }, delayMs);
    this.timers.set(subscriber, timer);
  }
}
