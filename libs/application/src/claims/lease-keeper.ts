import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { decideExpireClaim, parseEntityUrl } from '@app/domain';
import { Clock, TIMEOUTS } from '@app/platform';
import type { Log } from '@app/streams';
import { EntityWriter } from '../entities/entity-writer.js';
import { stamp } from '../kernel/stamp.js';
import { LeaseHeartbeats, type LeaseBeat } from '../ports/lease-heartbeats.js';
import { EntityQueries } from '../ports/read-model.js';
import { EVENT_LOG, TENANT } from '../ports/tokens.js';
import { LeaseHeap } from './lease-heap.js';

// After an outage: soon enough that work is not stuck for long, rarely enough not to be a load.
const RETRY_MS = 1_000;

interface Lease {
  readonly beat: LeaseBeat;
  readonly until: number;
}

/** A look at the lease of this claim; worthless once another claim has taken its place. */
interface Look {
  readonly key: string;
  readonly epoch: number;
}

/**
 * Keeps the leases of claims in memory and expires those nobody renews. Held leases start afresh after a restart, so
 * this errs on the side of the holder. Every process may keep every lease: expiring a claim twice does nothing.
 */
@Injectable()
export class LeaseKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LeaseKeeper.name);
  private readonly leases = new Map<string, Lease>();
  private readonly heap = new LeaseHeap<Look>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly writer: EntityWriter,
    private readonly queries: EntityQueries,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
    @Inject(TENANT) private readonly tenant: string,
    heartbeats: LeaseHeartbeats,
  ) {
    heartbeats.listen((beat) => this.keep(beat));
  }

  onApplicationBootstrap(): void {
    void this.takeOver();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** When the lease of this claim ends, as far as this process knows. */
  until({ tenant, path, epoch }: Omit<LeaseBeat, 'leaseMs'>): number | undefined {
    const lease = this.leases.get(keyOf(tenant, path));
    return lease?.beat.epoch === epoch ? lease.until : undefined;
  }

  drop({ tenant, path, epoch }: Omit<LeaseBeat, 'leaseMs'>): void {
    const key = keyOf(tenant, path);
    if (this.leases.get(key)?.beat.epoch === epoch) this.leases.delete(key);
  }

  private keep(beat: LeaseBeat): void {
    const key = keyOf(beat.tenant, beat.path);
    const known = this.leases.get(key);
    if (this.stopped || (known !== undefined && known.beat.epoch > beat.epoch)) return;
    const until = this.clock.now() + beat.leaseMs;
    this.leases.set(key, { beat, until });
    // A renewed lease keeps its place; when that comes up, it is put where it belongs.
    if (known?.beat.epoch !== beat.epoch) this.heap.add(until + TIMEOUTS.leaseGraceMs, { key, epoch: beat.epoch });
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const { next } = this.heap;
    if (next === undefined || this.stopped) return;
    this.timer = setTimeout(() => this.expireDue(), Math.max(0, next - this.clock.now()));
    this.timer.unref();
  }

  private expireDue(): void {
    const now = this.clock.now();
    for (let look = this.heap.takeDue(now); look !== undefined; look = this.heap.takeDue(now)) this.take(look, now);
    this.schedule();
  }

  private take(look: Look, now: number): void {
    const lease = this.leases.get(look.key);
    if (lease?.beat.epoch !== look.epoch) return;
    const end = lease.until + TIMEOUTS.leaseGraceMs;
    if (end > now) return this.heap.add(end, look);
    void this.expire(look, lease);
  }

  private async expire(look: Look, { beat: { tenant, path, epoch } }: Lease): Promise<void> {
    const taken = stamp(this.log, this.clock);
    try {
      await this.writer.submit(tenant, parseEntityUrl(`/${path}`), taken, {
        decide: (state) => decideExpireClaim(state, { type: 'ExpireClaim', now: taken.now, epoch }),
      });
      this.drop({ tenant, path, epoch });
    } catch (error) {
      this.logger.warn(`claim ${String(epoch)} of /${path} is not expired yet: ${(error as Error).message}`);
      this.heap.add(this.clock.now() + RETRY_MS, look);
      this.schedule();
    }
  }

  /** Claims granted before this process started; whoever holds them gets a whole lease. */
  private async takeOver(): Promise<void> {
    try {
      const claims = await this.queries.activeClaims(this.tenant, await this.log.barrier());
      for (const { path, epoch, leaseMs } of claims) this.keep({ tenant: this.tenant, path, epoch, leaseMs });
    } catch (error) {
      if (this.stopped) return;
      this.logger.warn(`active claims are not known yet: ${(error as Error).message}`);
      setTimeout(() => void this.takeOver(), RETRY_MS).unref();
    }
  }
}

const keyOf = (tenant: string, path: string): string => `${tenant} ${path}`;
