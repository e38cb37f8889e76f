import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  decideAdvance,
  decideTakeOperation,
  DomainError,
  hasEnded,
  MAX_OPERATION_ERRORS,
  NotTheRunner,
  type OperationChunk,
  type OperationError,
} from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { stamp } from '../kernel/stamp.js';
import { OperationQueries } from '../ports/operation-queries.js';
import { EVENT_LOG, TENANT } from '../ports/tokens.js';
import { OperationStore } from './operation-store.js';
import { operationError, OperationTargets, type RunningOperation } from './operation-targets.js';

// A process that was silent for so long is taken for gone. Two that both go on do no harm: every entity is asked once.
const LEASE_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 16;
const RETRY_MS = 250;

interface Dealt {
  readonly done: number;
  readonly failed: number;
  readonly errors: readonly OperationError[];
}

const NOTHING: Dealt = { done: 0, failed: 0, errors: [] };

/**
 * Executes operations: those that were asked for here, and those whose process is gone. Chunk by chunk: the entities of a
 * chunk are written down before anything is done to them, and what became of them together with the next chunk. Whoever
 * takes over does the last chunk again, in which everything has an identity.
 */
@Injectable()
export class OperationRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Operations');
  private readonly name = randomUUID();
  private readonly running = new Map<string, Promise<void>>();
  private looking?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly store: OperationStore,
    private readonly targets: OperationTargets,
    private readonly queries: OperationQueries,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
    @Inject(TENANT) private readonly tenant: string,
  ) {}

  onApplicationBootstrap(): void {
    this.lookLater();
  }

  /** What is under way is finished, and left to others. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.looking);
    await Promise.all(this.running.values());
  }

  run(tenant: string, id: string): void {
    if (this.stopped || this.running.has(id)) return;
    const run = this.execute(tenant, id)
      .catch((error: unknown) => {
        // Somebody looks at it again when the lease is over.
        if (!(error instanceof NotTheRunner)) this.logger.warn(`the operation ${id} is interrupted: ${String(error)}`);
      })
      .finally(() => this.running.delete(id));
    this.running.set(id, run);
  }

  private lookLater(): void {
    if (this.stopped) return;
    this.looking = setTimeout(() => {
      void this.look().finally(() => {
        this.lookLater();
      });
    }, LOOK_EVERY_MS).unref();
  }

  private async look(): Promise<void> {
    try {
      const ids = await this.queries.abandoned(this.tenant, this.clock.now());
      for (const id of ids) this.run(this.tenant, id);
    } catch {
      // The database is away: the next look is soon.
    }
  }

  private async execute(tenant: string, id: string): Promise<void> {
    if (!(await this.take(tenant, id, LEASE_MS))) return;
    const [{ operation, since }, plan] = await Promise.all([this.store.load(tenant, id), this.store.plan(tenant, id)]);
    if (hasEnded(operation)) return;
    const running = { tenant, id, since, plan, operation };
    let { chunk } = operation.cold;
    let dealt = chunk === undefined ? NOTHING : await this.deal(running, chunk);
    while (!this.stopped) {
      const next = await this.targets.after(running, chunk);
      if (!(await this.advance(running, dealt, next)) || next === undefined) return;
      chunk = next;
      dealt = await this.deal(running, chunk);
    }
    // The chunk is done again by whoever goes on, at once.
    await this.take(tenant, id, 0);
  }

  private async take(tenant: string, id: string, leaseMs: number): Promise<boolean> {
    const taken = stamp(this.log, this.clock);
    const asked = { runner: this.name, now: taken.now, until: taken.now + leaseMs };
    const { result } = await this.store.submit(tenant, id, taken, (state) => decideTakeOperation(state, asked));
    return result === 'taken';
  }

  /** False: it has ended. */
  private async advance(
    { tenant, id }: RunningOperation,
    dealt: Dealt,
    next: OperationChunk | undefined,
  ): Promise<boolean> {
    const taken = stamp(this.log, this.clock);
    const { now } = taken;
    const asked = { id, runner: this.name, now, until: now + LEASE_MS, ...dealt, ...present({ next }) };
    const { result } = await this.store.submit(tenant, id, taken, (state) => decideAdvance(state, asked));
    return result === 'goes-on';
  }

  private async deal(running: RunningOperation, { first, urls }: OperationChunk): Promise<Dealt> {
    const errors: OperationError[] = [];
    let failed = 0;
    const waiting = urls.entries();
    const work = async (): Promise<void> => {
      for (const [n, url] of waiting) {
        const refusal = await this.dealOne(running, url, first + n);
        if (!refusal) continue;
        failed += 1;
        if (errors.length < MAX_OPERATION_ERRORS) errors.push(operationError(url, refusal));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { done: urls.length - failed, failed, errors };
  }

  /** The refusal, if it was refused; everything else passes, so it is asked again. */
  private async dealOne(running: RunningOperation, url: string, place: number): Promise<DomainError | undefined> {
    for (;;) {
      try {
        await this.targets.deal(running, url, place);
        return undefined;
      } catch (error) {
        if (error instanceof DomainError) return error;
        if (this.stopped) throw error;
        this.logger.warn(`${url} has to wait: ${String(error)}`);
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
