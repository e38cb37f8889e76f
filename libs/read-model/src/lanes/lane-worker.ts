import { randomUUID } from 'node:crypto';
import type { Log } from '@app/streams';
import type { Database, TransactionOptions } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';
import { LaneMembership, wishOf } from './lane-membership.js';
import {
  BATCH,
  COMMIT_EVERY_MS,
  DEFAULT_LANES,
  IDLE_COMMIT_EVERY_MS,
  LEASE_MS,
  type LaneWorkerOptions,
} from './lane-options.js';
import { laneOf } from './lane-hash.js';
import { LaneReader } from './lane-reader.js';
import { Fenced, LaneStore, type HeldLane, type Membership } from './lane-store.js';
import type { LaneBatch, LaneWork } from './lane-work.js';
import { checkAgreement } from './log-behind.js';
import { Signal } from './signal.js';

export interface LaneWorkerStatus {
  readonly worker: string;
  /** Lanes were shared out at least once; owning none is normal when there are more workers than lanes. */
  readonly joined: boolean;
  readonly lanes: readonly number[];
  /** Lowest position of the owned lanes; undefined while none is owned. */
  readonly position?: number;
  /** Why nothing is applied at the moment. */
  readonly trouble?: string;
}

// Short enough that a restarted database is in use at once, long enough not to hammer one that is down.
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
// A wait gives up after a second; then its wish for small batches must end, too.
const WANTED_MS = 1_000;

/**
 * One worker of a group: owns some lanes, applies their messages in log order and moves their positions in the same
 * transaction. Runs for ever: whatever fails is rolled back, reported by `status()` and tried again.
 */
export class LaneWorker {
  private readonly store: LaneStore;
  private readonly worker: string;
  private readonly signal = new Signal();
  private held: readonly HeldLane[] = [];
  private of = 0;
  private membership?: Membership;
  private claims = 0;
  private wanted = 0;
  private wantedAt = 0;
  private trouble?: string;
  private joined = false;
  private stopping = false;
  private running?: Promise<void>;

  constructor(
    private readonly db: Database,
    private readonly log: Log,
    private readonly work: LaneWork,
    private readonly options: LaneWorkerOptions,
  ) {
    this.worker = options.worker ?? randomUUID();
    this.store = new LaneStore(db, options.group, this.worker, options.leaseMs ?? LEASE_MS);
  }

  /** Does not wait for the first lane: see `status()`. */
  start(): void {
    this.running ??= this.run();
  }

  /** Finishes the running transaction, then gives the lanes back. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.signal.fire();
    await this.running;
  }

  status(): LaneWorkerStatus {
    return {
      worker: this.worker,
      joined: this.joined,
      lanes: this.held.map(({ lane }) => lane).sort((a, b) => a - b),
      ...(this.held.length > 0 && { position: this.position() }),
      ...(this.trouble !== undefined && { trouble: this.trouble }),
    };
  }

  /** The lane of a path while it is ours. */
  owned(tenant: string, path: string): number | undefined {
    if (this.held.length === 0) return undefined;
    const lane = laneOf(tenant, path, this.of);
    return this.held.some((held) => held.lane === lane) ? lane : undefined;
  }

  /**
   * A transaction beside the batches that commits only while the lanes are still ours: for effects that were drained,
   * timers that fired, rows that are over. @throws Fenced
   */
  async fenced<T>(
    lanes: readonly number[],
    work: (tx: Tx) => Promise<T>,
    options: TransactionOptions = this.commitMode(),
  ): Promise<T> {
    const held = this.held.filter(({ lane }) => lanes.includes(lane));
    if (held.length < new Set(lanes).size) throw new Fenced(`${this.worker} does not own all of these lanes`);
    return this.db.transaction(async (tx) => {
      const result = await work(tx);
      // Last, because everybody locks tables before lanes.
      await this.store.hold(tx, held);
      return result;
    }, options);
  }

  private async run(): Promise<void> {
    const unsubscribe = this.options.hints.onWanted((group, seq) => this.want(group, seq));
    let retryMs = FIRST_RETRY_MS;
    while (!this.stopping) {
      const started = performance.now();
      try {
        await this.session();
      } catch (error) {
        if (performance.now() - started > LAST_RETRY_MS) retryMs = FIRST_RETRY_MS;
        // Losing a lane is how workers take turns, no trouble.
        if (!(error instanceof Fenced)) this.trouble = messageOf(error);
        await this.forget(this.held).catch((cause: unknown) => (this.trouble = messageOf(cause)));
        await this.pause(retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
    unsubscribe();
    await this.leave();
  }

  /** From joining the group until something fails or the worker is stopped. */
  private async session(): Promise<void> {
    const { lanes = DEFAULT_LANES, leaseMs = LEASE_MS } = this.options;
    this.of = await this.store.ensure(lanes);
    const membership = new LaneMembership(this.store, leaseMs / 3, {
      generation: () => this.claims,
      onBeat: (heard) => {
        this.membership = heard;
        this.signal.fire();
      },
      onTrouble: (error) => {
        this.trouble = messageOf(error);
      },
    });
    const unsubscribe = this.options.hints.onRebalance(({ group, worker }) => {
      if (group === this.options.group && worker !== this.worker) membership.hurry();
    });
    try {
      await membership.join();
      this.rebalance();
      while (!this.stopping) {
        await this.share();
        if (this.held.length > 0) await this.follow();
        else await this.signal.wait();
      }
    } finally {
      unsubscribe();
      await membership.stop();
    }
  }

  /** Acts on the last sign of life. @returns whether the owned lanes changed. */
  private async share(): Promise<boolean> {
    if (!this.membership) return false;
    const { lost, surplus, missing } = wishOf(this.membership, this.held, this.of);
    this.membership = undefined;
    await this.forget(lost);
    if (surplus > 0) {
      const given = this.held.slice(-surplus);
      await this.forget(given);
      await this.store.release(given);
      this.rebalance();
    }
    const gained = missing > 0 && (await this.acquire(missing));
    this.trouble = undefined;
    this.joined = true;
    return lost.length > 0 || surplus > 0 || gained;
  }

  private async acquire(count: number): Promise<boolean> {
    const claimed = await this.store.claim(count, this.held);
    this.claims += 1;
    if (claimed.length === 0) return false;
    await checkAgreement(this.log, this.options.group, claimed);
    if (this.work.acquired) {
      await this.db.transaction(async (tx) => {
        await this.store.hold(tx, claimed);
        await this.work.acquired?.(claimed, tx);
      }, this.commitMode());
    }
    this.held = [...this.held, ...claimed];
    return true;
  }

  /** Applies the log until the owned lanes change. */
  private async follow(): Promise<void> {
    const reader = new LaneReader({
      log: this.log,
      work: this.work,
      address: this.options.address,
      held: this.held,
      of: this.of,
      signal: this.signal,
      limit: this.options.batch ?? BATCH,
    });
    try {
      while (!this.stopping) {
        if (this.membership && (await this.share())) return;
        reader.read();
        const dueInMs = this.dueInMs(reader);
        if (dueInMs > 0) await this.signal.wait(dueInMs);
        else await this.commit(reader);
      }
    } finally {
      reader.close();
    }
  }

  /** When to commit what was read: at once if somebody waits for it, else when waiting for more no longer pays. */
  private dueInMs(reader: LaneReader): number {
    if (reader.since === undefined) return Number.POSITIVE_INFINITY;
    if (reader.full) return 0;
    const now = performance.now();
    if (this.wanted > this.position() && now - this.wantedAt < WANTED_MS) return 0;
    const { commitEveryMs = COMMIT_EVERY_MS, idleCommitEveryMs = IDLE_COMMIT_EVERY_MS } = this.options;
    return reader.since + (reader.relevant > 0 ? commitEveryMs : idleCommitEveryMs) - now;
  }

  private async commit(reader: LaneReader): Promise<void> {
    const { messages, mark } = reader.collected();
    // The next messages arrive while the database works on these.
    reader.read();
    const batch: LaneBatch = { messages, end: mark.end };
    await this.db.transaction(async (tx) => {
      if (messages.length > 0) await this.work.apply(tx, batch);
      await this.store.advance(tx, this.held, mark);
    }, this.commitMode());
    this.held = this.held.map((lane) => (lane.position < mark.end ? { ...lane, position: mark.end } : lane));
    this.trouble = undefined;
    this.options.hints.advanced({
      group: this.options.group,
      lanes: this.held.map(({ lane }) => lane),
      of: this.of,
      position: this.position(),
    });
    await this.work.committed?.(batch);
  }

  private async forget(lanes: readonly HeldLane[]): Promise<void> {
    if (lanes.length === 0) return;
    this.held = this.held.filter((lane) => !lanes.includes(lane));
    await this.work.lost?.(lanes.map(({ lane }) => lane));
  }

  private async leave(): Promise<void> {
    const held = this.held;
    await this.forget(held).catch(() => undefined);
    // When the database is gone, the lease ends by itself.
    await this.store.release(held).catch(() => undefined);
    await this.store.leave().catch(() => undefined);
    this.rebalance();
  }

  /** Otherwise lanes without an owner would stand still until the others' next signs of life. */
  private rebalance(): void {
    this.options.hints.rebalance({ group: this.options.group, worker: this.worker });
  }

  private want(group: string, seq: number): void {
    if (group !== this.options.group) return;
    this.wanted = Math.max(this.wanted, seq);
    this.wantedAt = performance.now();
    this.signal.fire();
  }

  private position(): number {
    return Math.min(...this.held.map(({ position }) => position));
  }

  private commitMode(): TransactionOptions {
    return { synchronousCommit: this.options.synchronousCommit ?? 'on' };
  }

  private async pause(ms: number): Promise<void> {
    if (!this.stopping) await this.signal.wait(ms);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));
