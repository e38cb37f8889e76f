import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  decideExpire,
  decideGiveUpFork,
  decideUnreference,
  fateOfFork,
  isExpired,
  type ForkOrigin,
  type Reference,
} from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { stamp } from '../kernel/stamp.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { PlainStreamWriter, type PlainSnapshotView } from './plain-stream-writer.js';

// Nothing tells what became of a fork where nothing came: its creation is given up by then, whatever happened to it.
const FORK_DECIDED_MS = 60_000;
/** Milliseconds after which a fork is not created any more with the reference it took. */
export const REFERENCE_USABLE_MS = FORK_DECIDED_MS / 2;
// A deleted source is asked about far more often than its forks end.
const SETTLE_EVERY_MS = 250;
const SETTLED_KEPT = 10_000;
// Of forks of forks that are looked into for the sake of one request.
const MAX_DEPTH = 32;

/**
 * Plain streams as they are now. That the time of a stream is over is written down when somebody looks; a stream that
 * only forks keep goes when somebody looks after the last of them.
 */
@Injectable()
export class PlainStreams {
  private readonly logger = new Logger('PlainStreams');
  private readonly settled = new LRUCache<string, number>({ max: SETTLED_KEPT });

  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async current(tenant: string, path: string, depth = 0): Promise<PlainSnapshotView> {
    const loaded = await this.writer.load(tenant, path);
    const { state } = loaded;
    if (state.situation === 'absent') return loaded;
    if (state.situation === 'live') {
      if (!isExpired(state, this.clock.now())) return loaded;
      await this.settle(tenant, path, state.ties.references, depth);
      await this.expire(tenant, path);
      return this.writer.load(tenant, path);
    }
    const now = this.clock.now();
    const key = `${tenant} ${path}`;
    if (now - (this.settled.get(key) ?? -Infinity) < SETTLE_EVERY_MS) return loaded;
    this.settled.set(key, now);
    await this.settle(tenant, path, state.ties.references, depth);
    return this.writer.load(tenant, path);
  }

  /** Drops the references that no fork holds any more. */
  async settle(tenant: string, path: string, references: readonly Reference[], depth = 0): Promise<void> {
    for (const reference of references)
      if (!(await this.isHeld(tenant, reference, depth)))
        await this.release(tenant, { source: path, reference: reference.id });
  }

  /** A fork is over: its source need not keep the content for it. The last one may take a chain of sources with it. */
  async release(tenant: string, fork: Pick<ForkOrigin, 'source' | 'reference'> | undefined): Promise<void> {
    let left = fork;
    while (left !== undefined) {
      const { source, reference } = left;
      const taken = stamp(this.log, this.clock);
      try {
        const { result } = await this.writer.submit(tenant, source, taken, {
          decide: ({ state }) => decideUnreference(state, reference, taken.now),
        });
        left = result.origin;
      } catch (error) {
        // The reference is found to be stale when somebody looks at the source.
        this.logger.warn(`a reference on ${source} is left behind`, { error });
        return;
      }
    }
  }

  private async expire(tenant: string, path: string): Promise<void> {
    const taken = stamp(this.log, this.clock);
    const { result } = await this.writer.submit(tenant, path, taken, {
      decide: ({ state }) => decideExpire(state, taken.now),
    });
    await this.release(tenant, result.origin);
  }

  private async isHeld(tenant: string, reference: Reference, depth: number): Promise<boolean> {
    if (depth >= MAX_DEPTH) return true;
    const { id, fork, at } = reference;
    const { state, seq } = await this.current(tenant, fork, depth + 1);
    const fate = fateOfFork(reference, state, seq);
    if (fate === 'never' && (await this.endsCommit(seq))) return false;
    if (fate === 'there' || this.clock.now() - at < FORK_DECIDED_MS) return true;
    // Its creation may be stuck in a process that was paused just before it wrote.
    const { result } = await this.writer.submit(tenant, fork, stamp(this.log, this.clock), {
      decide: (view) => decideGiveUpFork(view.state, id),
    });
    return result;
  }

  /** A piece may be of the very fork, whose last one is being stored. */
  private async endsCommit(seq: number): Promise<boolean> {
    const message = await this.log.message(seq);
    return message !== undefined && (message.piece === undefined || message.piece.index === message.piece.total);
  }
}
