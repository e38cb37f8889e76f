import type { OwedWake } from '../owed-wake.js';

export const subscriberKey = ({ tenant, subscriber }: OwedWake): string => `${tenant} ${subscriber}`;

/** Wakes by subscriber, first in first out; a wake that waits already is not queued again. */
export class SubscriberQueues {
  private readonly queues = new Map<string, OwedWake[]>();
  private readonly ids = new Set<string>();

  /** @returns subscribers that had nothing to do before. */
  add(wakes: readonly OwedWake[]): readonly string[] {
    const woken: string[] = [];
    for (const wake of wakes) {
      if (this.ids.has(wake.id)) continue;
      this.ids.add(wake.id);
      const key = subscriberKey(wake);
      const queue = this.queues.get(key);
      if (queue) queue.push(wake);
      else {
        this.queues.set(key, [wake]);
        woken.push(key);
      }
    }
    return woken;
  }

  head(subscriber: string): OwedWake | undefined {
    return this.queues.get(subscriber)?.[0];
  }

  /** The head is done. @returns whether the subscriber has more. */
  shift(subscriber: string): boolean {
    const queue = this.queues.get(subscriber);
    const done = queue?.shift();
    if (done) this.ids.delete(done.id);
    if (queue && queue.length > 0) return true;
    this.queues.delete(subscriber);
    return false;
  }

  /** The heads stay: they may be on their way. */
  forgetLanes(lanes: ReadonlySet<number>): void {
    for (const [key, queue] of this.queues) {
      const kept = queue.filter(({ lane }, index) => index === 0 || !lanes.has(lane));
      for (const wake of queue) if (!kept.includes(wake)) this.ids.delete(wake.id);
      this.queues.set(key, kept);
    }
  }

  get size(): number {
    return this.ids.size;
  }
}
