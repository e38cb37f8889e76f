import { appendWakeFact } from '@app/application/wakes/append-wake-fact.js';
import { waitersSubject } from '@app/contracts/topology/topology.js';
import type { AppLogger } from '@app/platform';
import type { Database } from '@app/read-model';
import type { Log } from '@app/streams';
import { Ignored } from '../lane/ignored.js';
import type { OwedWake } from '../owed-wake.js';
import { storeIgnored } from '../store/ignored-rows.js';
import { deleteWakes } from '../store/outbox-rows.js';
import type { Delivered } from './delivery.js';

interface Settled {
  readonly wake: OwedWake;
  readonly outcome: Delivered;
}

const RETRY_MS = 200;

// The log says whether a wake was delivered; a row that comes back after a power cut is delivered as a replay.
const LAZY = { synchronousCommit: 'off' } as const;

/** Takes what was delivered or refused out of the outbox, many at a time, behind the deliveries. */
export class Settlement {
  private waiting: Settled[] = [];
  private running?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly db: Database,
    private readonly log: Log,
    private readonly logger: AppLogger,
  ) {}

  add(settled: Settled): void {
    this.waiting.push(settled);
    this.running ??= this.run();
  }

  /** Tries once more to store what is known; what cannot be stored is found out again at the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.settle(batch);
      } catch (error) {
        if (this.stopped) break;
        this.logger.warn('deliveries could not be recorded', { error });
        this.waiting = [...batch, ...this.waiting];
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.running = undefined;
  }

  private async settle(batch: readonly Settled[]): Promise<void> {
    const ended = await this.db.transaction(async (tx) => {
      // Two processes may have tried the same wake; the one that removes the row records the outcome.
      const mine = await deleteWakes(
        tx,
        batch.map(({ wake }) => wake.id),
      );
      // Equal reasons add up: one statement cannot count the same row twice.
      const ignored = new Ignored();
      const ended = new Map<string, OwedWake>();
      for (const { wake, outcome } of batch) {
        if (outcome.kind !== 'refused' || !mine.has(wake.id)) continue;
        const { tenant, source, subscriber, key, activated, cause } = wake;
        ignored.put({ tenant, source, key, activated, reason: outcome.reason, count: 1, seq: cause });
        if (outcome.ended) ended.set(JSON.stringify([tenant, source, subscriber]), wake);
      }
      await storeIgnored(tx, ignored.list());
      return ended;
    }, LAZY);
    for (const wake of ended.values()) await this.unregister(wake);
  }

  /** A lost fact costs nothing: the next wake for this subscriber is refused again. */
  private async unregister({ tenant, source, subscriber }: OwedWake): Promise<void> {
    try {
      const subject = waitersSubject(tenant, source);
      await appendWakeFact(this.log, subject, { type: 'unregistered', data: { subscriber } });
    } catch (error) {
      this.logger.warn('an ended subscriber stays registered', { error, subscriber });
    }
  }
}
