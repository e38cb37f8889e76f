import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { decideExpireClaim, nothing, parseEntityUrl, type Decided, type EntityEvent } from '@app/domain';
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

type Claim = Omit<LeaseBeat, 'leaseMs'>;

interface Lease {
  readonly beat: LeaseBeat;
  /** Grace included. */
  readonly until: number;
}

/**
 * Keeps the leases of claims in memory and expires those nobody renews. Held leases start afresh after a restart, so
 * this errs on the side of the holder. Every process may keep every lease: expiring a claim twice does nothing.
 */
@Injectable()
export class LeaseKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LeaseKeeper.name);
  private readonly leases = new Map<string, Lease>();
  /** Keys of leases by when to look at them. */
  private readonly heap = new LeaseHeap<string>();
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

  /** The holder is done. */
  drop(claim: Claim): void {
    this.leases.delete(keyOf(claim));
  }

  private keep(beat: LeaseBeat): void {
    if (this.stopped) return;
    const key = keyOf(beat);
    const until = this.clock.now() + beat.leaseMs + TIMEOUTS.leaseGraceMs;
    // A renewed lease keeps its place; when that comes up, it is put where it belongs.
    if (!this.leases.has(key)) this.heap.add(until, key);
    this.leases.set(key, { beat, until });
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
    for (let key = this.heap.takeDue(now); key !== undefined; key = this.heap.takeDue(now)) this.look(key, now);
    this.schedule();
  }

  private look(key: string, now: number): void {
    const lease = this.leases.get(key);
    if (lease === undefined) return;
    if (lease.until > now) this.heap.add(lease.until, key);
    else void this.expire(key, lease);
  }

  private isOver(key: string): boolean {
    return (this.leases.get(key)?.until ?? 0) <= this.clock.now();
  }

  private async expire(key: string, { beat: { tenant, path, epoch } }: Lease): Promise<void> {
    const taken = stamp(this.log, this.clock);
    try {
      await this.writer.submit(tenant, parseEntityUrl(`/${path}`), taken, {
        // Whoever renewed while this waited for its turn was told so.
        decide: (state): Decided<EntityEvent, unknown> =>
          this.isOver(key) ? decideExpireClaim(state, { type: 'ExpireClaim', now: taken.now, epoch }) : nothing(null),
      });
      if (this.isOver(key)) this.leases.delete(key);
      else this.lookAgain(key, 0);
    } catch (error) {
      this.logger.warn(`claim ${String(epoch)} of /${path} is not expired yet: ${(error as Error).message}`);
      this.lookAgain(key, RETRY_MS);
    }
  }

  private lookAgain(key: string, inMs: number): void {
    this.heap.add(this.clock.now() + inMs, key);
    this.schedule();
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

// Each claim has a lease of its own: what a later one comes to says nothing about an earlier one.
const keyOf = ({ tenant, path, epoch }: Claim): string => `${tenant} ${path} ${String(epoch)}`;
