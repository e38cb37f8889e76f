import { LRUCache } from 'lru-cache';
import { isUnfinished, openMessage } from '../codec/format-v1.js';
import type { Aggregate, StreamRef } from '../port/command.js';
import type { Json } from '../port/json.js';
import { LogUnavailable } from '../port/log-backend.js';
import type { LogMessage, StateAfter } from '../port/message.js';
import type { LogFeed } from './log-feed.js';
import type { AggregateTail, Tail } from './tail.js';
import type { TailSource } from './tail-source.js';

interface Entry {
  tail: Tail;
  /** State of the aggregate at `tail`, when somebody asked for it. */
  folded?: { readonly state: unknown; readonly cold: Json | undefined };
  /** Tick of the newest moment at which the broker is known to have had nothing newer. */
  confirmed: number;
  /** Newest message the feed brought; read only when somebody asks, because mostly it is our own, whose state we know. */
  fed?: LogMessage;
}

interface Loading {
  readonly entry: Promise<Entry>;
  /** Newest message the feed brought while the answer of the broker was on its way. */
  fed?: LogMessage;
}

const tailOf = (message: LogMessage): Tail =>
  message.kind === 'tombstone' ? { seq: message.seq } : { seq: message.seq, after: message.state };

// What a tail remembers of a message that says little beside its content.
const WORTH_KEEPING_BYTES = 16 * 1024;
const NO_CONTENT = new Uint8Array(0);

const withoutContent = ({ subject, seq, time, headers }: LogMessage): LogMessage =>
  openMessage({ subject, seq, time, headers, payload: NO_CONTENT });

const newest = ({ tail, fed }: Entry): number => Math.max(tail.seq, fed?.seq ?? 0);

/** Brings an entry up to what the feed has delivered. */
const settled = (entry: Entry): Entry => {
  const { fed } = entry;
  if (fed && fed.seq > entry.tail.seq) {
    entry.tail = tailOf(fed);
    entry.folded = undefined;
  }
  entry.fed = undefined;
  return entry;
};

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
    max: number,
  ) {
    this.entries = new LRUCache({ max });
    feed.follow((message) => {
      this.fed(message);
    });
  }

  /** A moment; later moments are greater. */
  tick(): number {
    return (this.ticks += 1);
  }

  /** From the cache, or from the leader. */
  async get(subject: string): Promise<Tail> {
    return (await this.entry(subject)).tail;
  }

  cached(subject: string): Tail | undefined {
    const entry = this.entries.get(subject);
    return entry && settled(entry).tail;
  }

  confirmedSince(subject: string, tail: Tail, tick: number): boolean {
    const entry = this.entries.peek(subject);
    return entry !== undefined && entry.confirmed >= tick && settled(entry).tail.seq === tail.seq;
  }

  /** What `folded` would resolve to, when that was asked for before. */
  known<S>({ subject }: StreamRef<S>): AggregateTail<S> | undefined {
    const entry = this.entries.get(subject);
    return entry && withState<S>(settled(entry));
  }

  /** With the state of the aggregate: one to three reads from the leader when the stream is cold. */
  async folded<S>({ subject, aggregate }: StreamRef<S>): Promise<AggregateTail<S>> {
    for (;;) {
      const entry = await this.entry(subject);
      const { tail } = entry;
      if (!tail.after) return { ...tail, state: aggregate.initial, cold: undefined };
      const known = withState<S>(entry);
      if (known) return known;
      const message = await this.message(tail.seq);
      // Purged or replaced meanwhile: look again.
      if (!message) {
        this.forget(subject);
        continue;
      }
      const { state, cold } = await this.restore(aggregate, message, tail.after);
      if (entry.tail === tail) entry.folded = { state, cold };
      return { ...tail, state, cold };
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
    const [recent] = this.feed.recent.after(seq - 1, { messages: 1, bytes: 1 }) ?? [];
    if (recent?.seq === seq) return recent;
    return this.source.message(seq);
  }

  /** Our message is stored and `tail` is its state; the feed, or somebody who looked, may know a newer one by now. */
  stored<S>(subject: string, tail: AggregateTail<S>, startedAt: number): void {
    const { state, cold, seq, after } = tail;
    const known = this.entries.get(subject);
    if (known && newest(known) > seq) return;
    this.entries.set(subject, { tail: { seq, after }, folded: { state, cold }, confirmed: startedAt });
  }

  forget(subject: string): void {
    this.entries.delete(subject);
  }

  private async entry(subject: string): Promise<Entry> {
    const known = this.entries.get(subject);
    return settled(known ?? (await (this.loading.get(subject) ?? this.load(subject)).entry));
  }

  private load(subject: string): Loading {
    const confirmed = this.tick();
    const loading: Loading = {
      entry: this.source
        .last(subject)
        .then(async (message): Promise<Entry> => {
          const tail = await this.found(message);
          // Of several brokers, one that no longer leads may have answered: a barrier must say that nothing followed.
          const entry: Entry = { tail, confirmed: this.source.certain ? confirmed : 0, fed: loading.fed };
          const known = this.entries.get(subject);
          if (known && newest(known) >= newest(entry)) return known;
          this.entries.set(subject, entry);
          return entry;
        })
        .finally(() => this.loading.delete(subject)),
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
    const { subject, payload } = message;
    const entry = this.entries.peek(subject);
    const loading = this.loading.get(subject);
    if ((!entry && !loading) || isUnfinished(message)) return;
    const kept = payload.length > WORTH_KEEPING_BYTES ? withoutContent(message) : message;
    if (entry) entry.fed = kept;
    if (loading) loading.fed = kept;
  }
}
