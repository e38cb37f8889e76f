import { decodeMessage } from '../codec/format-v1.js';
import type { StreamRef } from '../port/command.js';
import type { LogBackend } from '../port/log-backend.js';
import type { LogIndex } from '../port/log-index.js';
import type { EncodedCommit, RawMessage, Unit } from '../port/message.js';
import { START, type Offset } from '../port/offset.js';
import type { Barrier } from './barrier.js';
import { placeOf, type Place } from './commit-place.js';
import { positionBefore } from './entries.js';
import { offsetAfter } from './group.js';
import { Contests } from './contests.js';
import type { LogFeed } from './log-feed.js';
import type { OwnWrites } from './own-writes.js';
import { ProducerSearch } from './producer-search.js';
import { SCAN } from './subject-scan.js';
import type { AggregateTail, Tail } from './tail.js';
import type { Tails } from './tails.js';
import type { EngineTiming } from './timing.js';
import { TurnEnd } from './turn-end.js';
import { UnitSearch, type FoundUnit } from './unit-search.js';

// What the feed needs for what was acknowledged just now, with some to spare.
const FOLLOW_MS = 50;

export interface EngineClock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** What followed a position was purged, so nobody can say any more whose message it was. */
export class SuccessorGone extends Error {
  override readonly name = 'SuccessorGone';
}

export interface ContextParts {
  readonly backend: LogBackend;
  readonly tails: Tails;
  readonly own: OwnWrites;
  readonly clock: EngineClock;
  readonly timing: EngineTiming;
  readonly feed: LogFeed;
  readonly barriers: Barrier;
  readonly replicated: boolean;
  readonly barrier: () => Promise<number>;
  readonly index: LogIndex | undefined;
}

const itemsOf = (units: readonly Unit[]): number => units.reduce((sum, { count }) => sum + count, 0);

/** What every writer of this process shares: the broker, the tails, and the searches for what is old. */
export class WriterContext {
  readonly tails: Tails;
  readonly own: OwnWrites;
  readonly clock: EngineClock;
  readonly timing: EngineTiming;
  /** Several brokers keep the log: what one of them says need not be so. */
  readonly replicated: boolean;
  readonly units: UnitSearch;
  readonly producers: ProducerSearch;
  readonly turnEnd = new TurnEnd();
  readonly contests = new Contests();

  constructor(private readonly parts: ContextParts) {
    this.tails = parts.tails;
    this.own = parts.own;
    this.clock = parts.clock;
    this.timing = parts.timing;
    this.replicated = parts.replicated;
    this.units = new UnitSearch({ ...parts, message: (seq) => parts.tails.message(seq) });
    this.producers = new ProducerSearch(parts);
  }

  /** Resolves to the sequence of the last message of the commit. */
  publish(subject: string, commit: EncodedCommit, expected: number): Promise<number> {
    return this.parts.barriers.publish(subject, commit, expected);
  }

  /** What became of a commit that was published behind `expected`, after `before`. */
  async place(subject: string, commit: EncodedCommit, expected: number, before: number): Promise<Place> {
    const successor = await this.successor(subject, expected, before);
    const { backend, replicated } = this.parts;
    return successor && placeOf(commit, successor, { replicated, get: (seq) => backend.get(seq) });
  }

  /** Last sequence received: what is there now was not written by who publishes later. */
  position(): number {
    return this.parts.feed.position;
  }

  /** The tail when it is in memory with its state. */
  knownTail<S>(stream: StreamRef<S>): AggregateTail<S> | undefined {
    return this.tails.known(stream);
  }

  tail<S>(stream: StreamRef<S>): Promise<AggregateTail<S>> {
    return this.tails.folded(stream);
  }

  /**
   * True when nothing newer than `tail` existed at some moment after `tick`. Answers that depend on state and write
   * nothing need it: the cached tail alone may be behind another process.
   */
  async confirm(subject: string, tail: Tail, tick: number): Promise<boolean> {
    if (this.tails.confirmedSince(subject, tail, tick)) return true;
    await this.parts.barrier();
    return (await this.tails.get(subject)).seq === tail.seq;
  }

  /** The feed has brought everything up to here, so that what is recent is found in memory. */
  async followed(seq: number): Promise<void> {
    await this.parts.feed.reached(seq, this.timing.barrierMs);
  }

  /** The same, or as good as that gets in a moment. */
  async followedSoon(seq: number): Promise<void> {
    await this.parts.feed.reached(seq, FOLLOW_MS).catch(() => undefined);
  }

  /** The same offset that the first answer named. */
  async offsetOf({ message, unit }: FoundUnit): Promise<Offset> {
    const { units, seq } = message;
    const at = { seq, from: positionBefore(message), before: START };
    const consumed = itemsOf(units.slice(0, unit + 1));
    if (consumed > 0) return offsetAfter(consumed, itemsOf(units), at);
    // Nothing public up to this unit: the tail has not moved yet.
    if (message.state.tail.seq !== seq) return message.state.tail;
    if (message.state.incarnation > message.prev) return message.lineage?.cut ?? START;
    return (await this.tails.message(message.prev))?.state.tail ?? at.from;
  }

  /**
   * The first message after `expected` on the subject that came after `before`, or the last one when none did: any will do
   * that shows whose message took the place. Undefined when there is none after `expected` yet.
   */
  private async successor(subject: string, expected: number, before: number): Promise<RawMessage | undefined> {
    const { backend } = this.parts;
    const last = await backend.last(subject);
    if (!last || last.seq <= expected) return undefined;
    if (last.seq <= before) return last;
    const floor = Math.max(expected, before);
    const [first] = await backend.readSubject(subject, floor + 1, { messages: 1, bytes: SCAN.bytes });
    // A replica may be behind the leader; then the leader's own messages lead back.
    let message = first ?? last;
    for (let { prev } = decodeMessage(message); prev > floor; { prev } = decodeMessage(message)) {
      const earlier = await backend.get(prev);
      if (!earlier) throw new SuccessorGone(`message ${String(prev)} no longer exists`);
      message = earlier;
    }
    return message;
  }
}
