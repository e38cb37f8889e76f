import { LRUCache } from 'lru-cache';
import { isUnfinished } from '../codec/format-v1.js';
import type { Aggregate, StreamRef } from '../port/command.js';
import type { Json } from '../port/json.js';
import { LogUnavailable } from '../port/log-backend.js';
import type { LogMessage, StateAfter } from '../port/message.js';
import type { LogFeed } from './log-feed.js';
import { bytesOf, lastingBytesOf } from './state-bytes.js';
import type { AggregateTail, Tail } from './tail.js';
import type { TailSource } from './tail-source.js';

export interface TailLimits {
  readonly streams: number;
  readonly bytes: number;
}

interface Entry {
  readonly tail: Tail;
  /** State of the aggregate at `tail`, when somebody asked for it. */
  readonly folded: { readonly state: unknown; readonly cold: Json | undefined } | undefined;
  /** Tick of the newest moment at which the broker is known to have had nothing newer. */
  readonly confirmed: number;
  /**
   * Newest message the feed brought. Only its sequence, because mostly the message is our own, whose state we know, and
   * a message of somebody else is among the recent ones when it is asked for.
   */
  fed: number;
}

interface Loading {
  readonly entry: Promise<Entry>;
  /** What the broker answered. */
  message?: LogMessage;
  /** Newest message the feed brought while the answer of the broker was on its way. */
  fed: number;
}

interface Found {
  readonly entry: Entry;
  /** What the broker answered, if it was asked. */
  readonly message?: LogMessage | undefined;
}

const tailOf = (message: LogMessage): Tail => ({
  seq: message.seq,
  after: message.kind === 'tombstone' ? undefined : message.state,
});

// Measured: an entry of a stream with next to no state, with its place in the cache, its key and its lists.
const ENTRY_BYTES = 800;
const PRODUCER_BYTES = 120;

/** Memory of the state of an aggregate, as far as that comes neither from hot nor from cold. */
export type StateBytes = (state: unknown) => number;

/** The aggregate makes something of its own of what it is restored from. */
const weightOf = ({ tail: { after }, folded }: Entry, stateBytes: StateBytes): number =>
  ENTRY_BYTES +
  (after?.producers.length ?? 0) * PRODUCER_BYTES +
  2 * (bytesOf(after?.hot) + lastingBytesOf(folded?.cold)) +
  stateBytes(folded?.state);

// What the feed needs for what the broker has stored already, on a busy machine.
const OVERTAKEN_MS = 25;

const newest = ({ tail, fed }: Entry): number => Math.max(tail.seq, fed);

/** The cast is sound: a subject is only ever used with one aggregate. */
const withState = <S>({ tail, folded }: Entry): AggregateTail<S> | undefined =>
  folded && { seq: tail.seq, after: tail.after, state: folded.state as S, cold: folded.cold };

/**
 * The tails of recently used streams, kept up to date by the feed. A cached tail may lag behind the broker by what is
 * on its way; whoever needs certainty takes a barrier, or writes with the guard.
 */
export class Tails {
  private readonly entries: LRUCache<string, Entry>;
  private readonly loading = new Map<string, Loading>();
  private ticks = 0;

  constructor(
    private readonly source: TailSource,
    private readonly feed: LogFeed,
    { streams, bytes }: TailLimits,
    stateBytes: StateBytes = () => 0,
  ) {
    const sizeCalculation = (entry: Entry): number => weightOf(entry, stateBytes);
    this.entries = new LRUCache({ max: streams, maxSize: bytes, sizeCalculation });
    feed.follow((message) => {
      this.fed(message);
    });
  }

  /** What is here now. */
  get held(): TailLimits {
    return { streams: this.entries.size, bytes: this.entries.calculatedSize };
  }

  /** A moment; later moments are greater. */
  tick(): number {
    return (this.ticks += 1);
  }

  /** From the cache, or from the leader. */
  async get(subject: string): Promise<Tail> {
    return (await this.find(subject)).entry.tail;
  }

  /** The same, with its message if the leader was asked for that. */
  async look(subject: string): Promise<{ readonly tail: Tail; readonly message: LogMessage | undefined }> {
    const { entry, message } = await this.find(subject);
    return { tail: entry.tail, message };
  }

  cached(subject: string): Tail | undefined {
    return this.kept(subject)?.tail;
  }

  confirmedSince(subject: string, tail: Tail, tick: number): boolean {
    const entry = this.entries.peek(subject);
    return entry !== undefined && entry.confirmed >= tick && newest(entry) === tail.seq;
  }

  /** What `folded` would resolve to, when that was asked for before. */
  known<S>({ subject }: StreamRef<S>): AggregateTail<S> | undefined {
    const entry = this.kept(subject);
    return entry && withState<S>(entry);
  }

  /**
   * With the state of the aggregate: one to three reads from the leader when the stream is cold. `seen`: a message of it
   * that was read just now.
   */
  async folded<S>({ subject, aggregate }: StreamRef<S>, seen?: LogMessage): Promise<AggregateTail<S>> {
    for (;;) {
      const { entry, message: loaded = seen } = await this.find(subject);
      const { tail } = entry;
      if (!tail.after) return { ...tail, state: aggregate.initial, cold: undefined };
      const known = withState<S>(entry);
      if (known) return known;
      const message = loaded?.seq === tail.seq ? loaded : await this.message(tail.seq);
      // Purged or replaced meanwhile: look again.
      if (!message) {
        this.forget(subject);
        continue;
      }
      const folded = await this.restore(aggregate, message, tail.after);
      const now = this.entries.peek(subject);
      if (now?.tail === tail) this.entries.set(subject, { tail, folded, confirmed: now.confirmed, fed: now.fed });
      return { seq: tail.seq, after: tail.after, state: folded.state, cold: folded.cold };
    }
  }

  /** The stream as it was right after a message; undefined when that no longer exists. */
  async asOf<S>(aggregate: Aggregate<S>, seq: number): Promise<AggregateTail<S> | undefined> {
    const message = await this.message(seq);
    if (!message) return undefined;
    const tail = await this.found(message);
    if (!tail.after) return { ...tail, state: aggregate.initial, cold: undefined };
    return { ...tail, ...(await this.restore(aggregate, message, tail.after)) };
  }

  async message(seq: number): Promise<LogMessage | undefined> {
    return this.feed.recent.at(seq) ?? this.source.message(seq);
  }

  /** Our message is stored and `tail` is its state; the feed, or somebody who looked, may know a newer one by now. */
  stored<S>(subject: string, tail: AggregateTail<S>, startedAt: number): void {
    const { state, cold, seq, after } = tail;
    const known = this.entries.get(subject);
    if (known ? newest(known) > seq : this.mayHaveNewer(subject, seq)) return;
    this.entries.set(subject, { tail: { seq, after }, folded: { state, cold }, confirmed: startedAt, fed: 0 });
  }

  forget(subject: string): void {
    this.entries.delete(subject);
  }

  /**
   * Somebody else wrote behind `seq`. The feed brings that sooner than the broker could be asked for it; if it does not in
   * a moment, what is known of the stream is forgotten.
   */
  async overtaken(subject: string, seq: number): Promise<void> {
    const until = performance.now() + OVERTAKEN_MS;
    for (;;) {
      const entry = this.entries.peek(subject);
      if (!entry || newest(entry) > seq) return;
      const left = until - performance.now();
      if (left <= 0 || !(await this.feed.brings(subject, left))) {
        this.forget(subject);
        return;
      }
    }
  }

  private async find(subject: string): Promise<Found> {
    for (;;) {
      const known = this.kept(subject);
      if (known) return { entry: known };
      const loading = this.loading.get(subject) ?? this.load(subject);
      const entry = this.settled(subject, await loading.entry);
      if (entry) return { entry, message: loading.message };
    }
  }

  private kept(subject: string): Entry | undefined {
    const entry = this.entries.get(subject);
    return entry && this.settled(subject, entry);
  }

  /** Brings an entry up to what the feed has delivered; forgets it when that is no longer in memory. */
  private settled(subject: string, entry: Entry): Entry | undefined {
    const { fed, tail, confirmed } = entry;
    if (fed <= tail.seq) return entry;
    const message = this.feed.recent.at(fed);
    if (!message) {
      this.forget(subject);
      return undefined;
    }
    const next: Entry = { tail: tailOf(message), folded: undefined, confirmed, fed };
    if (this.entries.peek(subject) === entry) this.entries.set(subject, next);
    return next;
  }

  /** Nobody noted what the feed brought while the stream was not among these. */
  private mayHaveNewer(subject: string, seq: number): boolean {
    const { recent } = this.feed;
    return seq < recent.start || recent.newestOf(subject) > seq;
  }

  private load(subject: string): Loading {
    const confirmed = this.tick();
    const answered = async (): Promise<Entry> => {
      const message = await this.source.last(subject);
      loading.message = message;
      const tail = await this.found(message);
      // Of several brokers, one that no longer leads may have answered: a barrier must say that nothing followed.
      const entry: Entry = {
        tail,
        folded: undefined,
        confirmed: this.source.certain ? confirmed : 0,
        fed: loading.fed,
      };
      const known = this.entries.get(subject);
      if (known && newest(known) >= newest(entry)) return known;
      this.entries.set(subject, entry);
      return entry;
    };
    const loading: Loading = {
      // Begins after this, because it notes the answer here.
      entry: Promise.resolve()
        .then(answered)
        .finally(() => this.loading.delete(subject)),
      fed: 0,
    };
    this.loading.set(subject, loading);
    return loading;
  }

  private async restore<S>(
    aggregate: Aggregate<S>,
    message: LogMessage,
    after: StateAfter,
  ): Promise<{ readonly state: S; readonly cold: Json | undefined }> {
    const cold = after.coldAt === 0 ? undefined : await this.cold(message, after.coldAt);
    return { state: aggregate.restore({ hot: after.hot, cold, after, message }), cold };
  }

  /**
   * A piece that nothing follows is what a broker that died left of a commit: whoever writes next stands behind it, and it
   * changes nothing, not even whether there is a stream.
   */
  private async found(message: LogMessage | undefined): Promise<Tail> {
    if (!message) return { seq: 0 };
    const { seq, prev } = message;
    if (!isUnfinished(message) || message.state.incarnation <= prev) return tailOf(message);
    const { after } = prev === 0 ? { after: undefined } : await this.found(await this.message(prev));
    return { seq, ...(after && { after }) };
  }

  private async cold(message: LogMessage, coldAt: number): Promise<Json | undefined> {
    const holder = coldAt === message.seq ? message : await this.message(coldAt);
    if (holder?.cold === undefined) throw new LogUnavailable(`the state in message ${String(coldAt)} is missing`);
    return holder.cold;
  }

  private fed(message: LogMessage): void {
    const { subject, seq } = message;
    const entry = this.entries.peek(subject);
    const loading = this.loading.get(subject);
    if ((!entry && !loading) || isUnfinished(message)) return;
    if (entry) entry.fed = seq;
    if (loading) loading.fed = seq;
  }
}
