import { LRUCache } from 'lru-cache';
import { decodeMessage } from '../codec/format-v1.js';
import type { StreamRef } from '../port/command.js';
import type { Json } from '../port/json.js';
import type { LogBackend } from '../port/log-backend.js';
import type { LogMessage } from '../port/message.js';
import type { LogFeed } from './log-feed.js';
import type { AggregateTail, Tail } from './tail.js';

interface Entry {
  tail: Tail;
  /** State of the aggregate at `tail`, when somebody asked for it. */
  folded?: { readonly state: unknown; readonly cold: Json | undefined };
  /** Tick of the newest moment at which the broker is known to have had nothing newer. */
  confirmed: number;
  /** A publish of ours is under way: what the feed brings is probably our own message, whose state we know. */
  writing: boolean;
}

const newerThan = (message: LogMessage, tail: Tail): boolean => message.seq > tail.seq;

const tailOf = (message: LogMessage): Tail =>
  message.kind === 'tombstone' ? { seq: message.seq } : { seq: message.seq, after: message.state };

/**
 * The tails of recently used streams, kept up to date by the feed. A cached tail may lag behind the broker by what is
 * on its way; whoever needs certainty takes a barrier, or writes with the guard.
 */
export class Tails {
  private readonly entries: LRUCache<string, Entry>;
  private readonly loading = new Map<string, Promise<Entry>>();
  private ticks = 0;

  constructor(
    private readonly backend: LogBackend,
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
    return this.entries.get(subject)?.tail;
  }

  confirmedSince(subject: string, tail: Tail, tick: number): boolean {
    const entry = this.entries.peek(subject);
    return entry !== undefined && entry.tail.seq === tail.seq && entry.confirmed >= tick;
  }

  /** With the state of the aggregate: one to three reads from the leader when the stream is cold. */
  async folded<S>({ subject, aggregate }: StreamRef<S>): Promise<AggregateTail<S>> {
    for (;;) {
      const entry = await this.entry(subject);
      const { tail } = entry;
      if (!tail.after) return { ...tail, state: aggregate.initial, cold: undefined };
      // The cast is sound: a subject is only ever used with one aggregate.
      if (entry.folded) return { ...tail, state: entry.folded.state as S, cold: entry.folded.cold };
      const message = await this.message(tail.seq);
      // Purged or replaced meanwhile: look again.
      if (!message) {
        this.forget(subject);
        continue;
      }
      const { after } = tail;
      const cold = after.coldAt === 0 ? undefined : await this.cold(message, after.coldAt);
      const state = aggregate.restore({ hot: after.hot, cold, after, message });
      if (entry.tail === tail) entry.folded = { state, cold };
      return { ...tail, state, cold };
    }
  }

  async message(seq: number): Promise<LogMessage | undefined> {
    const [recent] = this.feed.recent.after(seq - 1, { messages: 1, bytes: 1 }) ?? [];
    if (recent?.seq === seq) return recent;
    const raw = await this.backend.get(seq);
    return raw && decodeMessage(raw);
  }

  /** Reading and publishing overlap with the feed only between these two. */
  beginWrite(subject: string): void {
    const entry = this.entries.get(subject);
    if (entry) entry.writing = true;
  }

  /** Our message is stored and `tail` is its state; the feed may know a newer one by now. */
  stored<S>(subject: string, tail: AggregateTail<S>, startedAt: number): void {
    const { state, cold, seq, after } = tail;
    const entry: Entry = {
      tail: { seq, after },
      folded: { state, cold },
      confirmed: startedAt,
      writing: false,
    };
    this.catchUp(subject, entry);
    this.entries.set(subject, entry);
  }

  forget(subject: string): void {
    this.entries.delete(subject);
  }

  private async entry(subject: string): Promise<Entry> {
    const known = this.entries.get(subject);
    if (known) return known.writing ? this.duringWrite(subject, known) : known;
    const loading = this.loading.get(subject) ?? this.load(subject);
    this.loading.set(subject, loading);
    try {
      return await loading;
    } finally {
      this.loading.delete(subject);
    }
  }

  /** Readers must see a message the feed has brought, even when its writer still waits for the acknowledgement. */
  private duringWrite(subject: string, entry: Entry): Entry {
    const newer = this.feed.recent.lastOf(subject);
    if (!newer || !newerThan(newer, entry.tail)) return entry;
    return { tail: tailOf(newer), confirmed: 0, writing: false };
  }

  private async load(subject: string): Promise<Entry> {
    const confirmed = this.tick();
    const raw = await this.backend.last(subject);
    const entry: Entry = { tail: raw ? tailOf(decodeMessage(raw)) : { seq: 0 }, confirmed, writing: false };
    this.catchUp(subject, entry);
    this.entries.set(subject, entry);
    return entry;
  }

  /** What the feed brought while an answer of the broker was on its way is among the recent messages. */
  private catchUp(subject: string, entry: Entry): void {
    const newer = this.feed.recent.lastOf(subject);
    if (newer && newerThan(newer, entry.tail)) this.replace(entry, newer);
  }

  private async cold(message: LogMessage, coldAt: number): Promise<Json | undefined> {
    return coldAt === message.seq ? message.cold : (await this.message(coldAt))?.cold;
  }

  private fed(message: LogMessage): void {
    const entry = this.entries.peek(message.subject);
    if (entry && !entry.writing && newerThan(message, entry.tail)) this.replace(entry, message);
  }

  private replace(entry: Entry, message: LogMessage): void {
    entry.tail = tailOf(message);
    entry.folded = undefined;
  }
}
