import { NOBODY } from '@app/domain';
import type { AppLogger } from '@app/platform';
import type { LaneAddress, LaneBatch, LaneMessage, LanePosition, LaneWork, Tx } from '@app/read-model';
import type { Log, LogMessage } from '@app/streams';
import { isUnfinished } from '@app/streams/codec/format-v1.js';
import type { WakeDrain } from '../drain/wake-drain.js';
import { storeIgnored } from '../store/ignored-rows.js';
import { loadWakes, storeWakes } from '../store/outbox-rows.js';
import { loadWaiters, storeWaiters } from '../store/registration-rows.js';
import { BatchDraft } from './batch-draft.js';
import type { FinishedChildren } from './finished-child.js';
import { interested, LaneMemory, sourceKey, wakesAny } from './lane-memory.js';

const isUnreadable = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && error.name === 'UnreadableMessage');

/** The saga's part of a lane: evaluates its messages and leaves what is owed in the outbox, in one transaction. */
export class WakeLanes implements LaneWork {
  private readonly memory = new LaneMemory();
  /** Sources with facts about waiting that are read but not committed, and the sequence of the last one. */
  private readonly upcoming = new Map<string, number>();
  private draft?: BatchDraft;

  constructor(
    private readonly log: Log,
    private readonly children: FinishedChildren,
    private readonly drain: WakeDrain,
    private readonly logger: AppLogger,
  ) {}

  relevant(message: LogMessage, address: LaneAddress): boolean {
    if (address.kind !== 'stream' && address.kind !== 'waiters') return false;
    // The last piece of a large entry stands for all of them.
    if (isUnfinished(message)) return false;
    const key = sourceKey(address);
    if (address.kind === 'waiters' || message.events.some(({ type }) => type === 'registered')) {
      this.upcoming.set(key, message.seq);
      return true;
    }
    if (this.upcoming.has(key)) return true;
    const known = this.memory.get(key);
    return known !== undefined && (message.state.closed || interested(known, message.types));
  }

  urgent({ address, message }: LaneMessage): boolean {
    const key = sourceKey(address);
    if (address.kind !== 'stream') return false;
    const known = this.memory.get(key);
    return this.upcoming.has(key) || (known !== undefined && wakesAny(known.waiters, message.types));
  }

  async apply(tx: Tx, batch: LaneBatch): Promise<void> {
    const draft = new BatchDraft(this.memory, this.log, this.children);
    for (const message of batch.messages) await this.take(draft, message);
    await storeWaiters(
      tx,
      [...draft.sources].map(([key, after]) => ({ before: this.memory.get(key)?.waiters ?? NOBODY, after })),
    );
    await storeWakes(tx, draft.wakes);
    await storeIgnored(tx, draft.ignored.list());
    this.draft = draft;
  }

  /** Content that cannot be read concerns its own stream, not everybody in its lane. */
  private async take(draft: BatchDraft, input: LaneMessage): Promise<void> {
    try {
      await draft.take(input);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const { subject, seq } = input.message;
      this.logger.error('a message cannot be read and wakes nobody', { error, subject, seq });
    }
  }

  committed({ end }: LaneBatch): void {
    const { draft } = this;
    this.draft = undefined;
    for (const [key, state] of draft?.sources ?? []) this.memory.set(key, state.waiters.length > 0 ? state : undefined);
    for (const [key, seq] of this.upcoming) if (seq <= end) this.upcoming.delete(key);
    if (draft) this.drain.add(draft.wakes);
  }

  async acquired(lanes: readonly LanePosition[], tx: Tx): Promise<void> {
    const numbers = lanes.map(({ lane }) => lane);
    const waiters = await loadWaiters(tx, numbers);
    const wakes = await loadWakes(tx, numbers);
    // What an acquisition that failed half-way left behind may be out of date.
    this.memory.dropLanes(new Set(numbers));
    for (const state of waiters) this.memory.set(sourceKey(state), state);
    this.drain.add(wakes);
  }

  lost(lanes: readonly number[]): void {
    this.draft = undefined;
    this.memory.dropLanes(new Set(lanes));
    this.drain.forgetLanes(lanes);
  }
}
