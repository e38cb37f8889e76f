import { LRUCache } from 'lru-cache';
import { cutItems } from '../codec/json-items.js';
import { holdsJson } from '../codec/media-type.js';
import { decodeMessage } from '../codec/format-v1.js';
import { LogUnavailable, type LogBackend, type ReadLimit } from '../port/log-backend.js';
import {
  OffsetGone,
  StreamAbsent,
  type Entry,
  type HistoryStore,
  type LargeEntry,
  type StreamEnd,
  type StreamSlice,
} from '../port/log.js';
import type { Lineage, LogMessage } from '../port/message.js';
import { compareOffsets, START, type Offset } from '../port/offset.js';
import { Chain } from './chain.js';
import { entriesOf, positionAtBirth } from './entries.js';
import { headOfLarge, isLarge, largeEntryOf, spanOf, type PieceSpan } from './large-entries.js';
import { patiently } from './patience.js';
import type { RecentLog } from './recent-log.js';

const PAGE = { messages: 500, bytes: 4 * 1024 * 1024 };
// What one reader of a large entry holds.
const PIECES = { messages: 2, bytes: 4 * 1024 * 1024 };
const LINEAGES = 10_000;
const LINEAGE_BYTES = 4 * 1024 * 1024;
const OVERHEAD_BYTES = 256;

/** One life of a path. */
interface Life {
  readonly subject: string;
  readonly incarnation: number;
}

/** A life as it is read now, so much at a time. */
interface Reading extends Life {
  readonly page: ReadLimit;
}

export interface ReaderParts {
  readonly backend: LogBackend;
  readonly recent: RecentLog;
  readonly history: HistoryStore | undefined;
  readonly message: (seq: number) => Promise<LogMessage | undefined>;
}

type AnyEntry = Entry | LargeEntry;
/** Entries come in pages: one by one, asynchronous iteration costs more than all the rest. */
type Page = readonly AnyEntry[];

/** Whether an offset lies inside the first message of a life. */
const isInFirst = (from: Offset, { incarnation }: Life, lineage: Lineage | undefined): boolean => {
  const birth = positionAtBirth(incarnation, lineage?.cut);
  return from.seq === birth.seq && from.pos > birth.pos;
};

/** The first `count` items of an entry, as an entry that ends at `offset`. */
const headOf = (entry: AnyEntry, count: number, offset: Offset, json: boolean): AnyEntry => {
  if (isLarge(entry)) return headOfLarge(entry, count, offset, json);
  const { body } = entry;
  const [head = new Uint8Array()] = json ? cutItems(body, [count, entry.count - count]) : [body.subarray(0, count)];
  return { offset, count, body: head };
};

/**
 * Joins recent messages, history and the broker into one gap-free sequence, of which `prev` of each message proves the
 * joins. A fork is read as its source up to the cut, then its own.
 */
export class StreamReader {
  /** Of a life, for ever: only its first message says it. */
  private readonly lineages = new LRUCache<string, { readonly of: Lineage | undefined }>({
    max: LINEAGES,
    maxSize: LINEAGE_BYTES,
    sizeCalculation: ({ of }, key) => key.length + (of?.subject.length ?? 0) + OVERHEAD_BYTES,
  });

  constructor(private readonly parts: ReaderParts) {}

  /** `end`: of the stream, confirmed after the request came. */
  async slice(subject: string, from: Offset, limit: ReadLimit, end: StreamEnd): Promise<StreamSlice> {
    const { exists, contentType, incarnation, tail, closed } = end;
    if (!exists) throw new StreamAbsent(subject);
    const base = { contentType, incarnation };
    const atEnd = { ...base, next: tail, upToDate: true, closed };
    if (!(await this.isOfLife(from, { subject, incarnation }))) throw new OffsetGone(subject);
    if (compareOffsets(from, tail) >= 0) return { ...atEnd, entries: [] };
    const entries: Entry[] = [];
    let bytes = 0;
    const life = {
      subject,
      incarnation,
      page: { messages: Math.min(PAGE.messages, limit.messages), bytes: Math.min(PAGE.bytes, limit.bytes) },
    };
    for await (const page of this.after(life, from, end.seq))
      for (const entry of page) {
        const size = isLarge(entry) ? Infinity : entry.body.length;
        if (entries.length > 0 && (entries.length >= limit.messages || bytes + size > limit.bytes))
          return { ...base, entries, next: entries.at(-1)?.offset ?? from, upToDate: false, closed: false };
        if (isLarge(entry)) {
          const upToDate = compareOffsets(entry.offset, tail) >= 0;
          return { ...base, entries, large: entry, next: entry.offset, upToDate, closed: upToDate && closed };
        }
        entries.push(entry);
        bytes += entry.body.length;
      }
    return { ...atEnd, entries };
  }

  /** Whether an offset names a place in this life: at its start, in it, or in what it shares with its source. */
  private async isOfLife(from: Offset, life: Life): Promise<boolean> {
    if (compareOffsets(from, START) === 0 || from.seq >= life.incarnation) return true;
    const lineage = await this.lineageOf(life);
    if (isInFirst(from, life, lineage)) return true;
    return lineage !== undefined && compareOffsets(from, lineage.cut) <= 0 && this.isShared(from, lineage);
  }

  /**
   * Whether an offset up to the cut was given out for the source, or one of its sources. Numbers alone do not say: an
   * earlier life of the fork's path may have shared another source.
   */
  private async isShared(from: Offset, shared: Lineage): Promise<boolean> {
    if (compareOffsets(from, shared.cut) === 0) return true;
    const lineage = await this.lineageOf(shared);
    if (isInFirst(from, shared, lineage)) return true;
    if (from.seq < shared.incarnation)
      return lineage !== undefined && compareOffsets(from, lineage.cut) <= 0 && this.isShared(from, lineage);
    return (await this.parts.message(from.seq))?.subject === shared.subject;
  }

  /** Entries after an offset, which says: whole messages up to `seq`, and `pos` items of what follows. */
  private async *after(life: Reading, from: Offset, until: number): AsyncGenerator<Page> {
    // Past its first message, it does not matter where a life comes from.
    const lineage = from.seq >= life.incarnation ? undefined : await this.lineageOf(life);
    const own = !lineage || compareOffsets(from, lineage.cut) >= 0;
    // What the source has behind the cut is not part of the fork, so there counting begins at the cut.
    let skip = own && from.seq === lineage?.cut.seq ? from.pos - lineage.cut.pos : from.pos;
    const pages = own ? this.ownEntries(life, from.seq, until) : this.entries(life, from.seq, until);
    for await (const page of pages) {
      let consumed = 0;
      while (consumed < page.length && skip >= (page[consumed]?.count ?? 0)) {
        skip -= page[consumed]?.count ?? 0;
        consumed += 1;
      }
      // Inside an entry there is no position of ours; the entry is given whole.
      if (consumed < page.length) skip = 0;
      yield page.slice(consumed);
    }
  }

  private async *entries(life: Reading, position: number, until: number): AsyncGenerator<Page> {
    const lineage = await this.lineageOf(life);
    if (lineage) yield* this.upTo({ ...lineage, page: life.page }, position, lineage.cut);
    yield* this.ownEntries(life, position, until);
  }

  /** Entries of a source after message `position`, up to the cut, which may lie inside an entry. */
  private async *upTo(life: Reading, position: number, cut: Offset): AsyncGenerator<Page> {
    const lineage = await this.lineageOf(life);
    const inherited = lineage !== undefined && compareOffsets(cut, lineage.cut) <= 0;
    if (lineage && position <= lineage.cut.seq)
      yield* this.upTo({ ...lineage, page: life.page }, position, inherited ? cut : lineage.cut);
    if (inherited) return;
    if (position < cut.seq) yield* this.ownEntries(life, position, cut.seq);
    let rest = cut.seq === lineage?.cut.seq ? cut.pos - lineage.cut.pos : cut.pos;
    if (rest === 0) return;
    const json = await this.isJson(life);
    for await (const page of this.ownEntries(life, Math.max(position, cut.seq), Number.MAX_SAFE_INTEGER)) {
      const shared: AnyEntry[] = [];
      for (const entry of page) {
        shared.push(entry.count <= rest ? entry : headOf(entry, rest, cut, json));
        rest -= entry.count;
        if (rest <= 0) break;
      }
      yield shared;
      if (rest <= 0) return;
    }
  }

  /** Messages of one life in (position, until], chained by `prev`: at least one when there is one. */
  async messages(life: Life, position: number, until: number, limit: ReadLimit): Promise<readonly LogMessage[]> {
    const at = Math.max(position, life.incarnation - 1);
    if (at >= until) return [];
    const chain = new Chain(at);
    const page = await this.page({ ...life, page: limit }, at);
    if (page.length === 0) throw new LogUnavailable(`messages after ${String(at)} are missing on this replica`);
    for (const message of page) chain.add(message);
    return page.filter(({ seq }) => seq <= until);
  }

  /** The entry whose last piece is this message. */
  large(message: LogMessage): LargeEntry | undefined {
    const { subject, state } = message;
    return this.largeOf({ subject, incarnation: state.incarnation }, message);
  }

  /** Entries of the messages of one life in (position, until], which are chained by `prev`. */
  private async *ownEntries(life: Reading, position: number, until: number): AsyncGenerator<Page> {
    let at = Math.max(position, life.incarnation - 1);
    const chain = new Chain(at);
    while (at < until) {
      const messages = await this.page(life, at);
      const entries: AnyEntry[] = [];
      for (const message of messages) {
        chain.add(message);
        if (message.seq > until) break;
        at = message.seq;
        const span = spanOf(message);
        if (!span) entries.push(...entriesOf(message));
        // The pieces between are read by whoever reads the entry.
        else if (span.last <= until) {
          const end = await this.endOf(life, message, span);
          if (!end) continue;
          chain.jump(end);
          at = end.seq;
          const large = this.largeOf(life, end);
          if (large) entries.push(large);
          break;
        }
      }
      yield entries;
      const last = messages.at(-1);
      if (!last) throw new LogUnavailable(`messages after ${String(at)} are missing on this replica`);
      if (last.seq > until) return;
    }
  }

  /** The last piece of a commit; undefined when the broker died before it had them all. */
  private async endOf(life: Reading, message: LogMessage, { last }: PieceSpan): Promise<LogMessage | undefined> {
    if (message.seq === last) return message;
    const [end] = await this.page({ ...life, page: { ...PIECES, messages: 1 } }, last - 1);
    return end?.seq === last && end.prev === message.prev && spanOf(end)?.last === last ? end : undefined;
  }

  private largeOf({ subject, incarnation }: Life, end: LogMessage): LargeEntry | undefined {
    return largeEntryOf(end, (position) => this.page({ subject, incarnation, page: PIECES }, position));
  }

  private async page({ subject, incarnation, page }: Reading, position: number): Promise<readonly LogMessage[]> {
    const recent = this.parts.recent.ofSubject(subject, position, page);
    if (recent && recent.length > 0) return recent;
    const old = await this.fromHistory({ subject, incarnation, page }, position);
    if (old) return old;
    const stored = await patiently(() => this.parts.backend.readSubject(subject, position + 1, page));
    return stored.map(decodeMessage);
  }

  /** Undefined when history has nothing after `position`, or cannot be asked: the broker has it all. */
  private async fromHistory(
    { subject, incarnation, page }: Reading,
    position: number,
  ): Promise<readonly LogMessage[] | undefined> {
    const { history } = this.parts;
    if (!history) return undefined;
    try {
      const stored = await history.read(subject, incarnation, position, page);
      return stored.length > 0 ? stored.map(decodeMessage) : undefined;
    } catch {
      return undefined;
    }
  }

  private async lineageOf({ subject, incarnation }: Life): Promise<Lineage | undefined> {
    const key = `${String(incarnation)} ${subject}`;
    const known = this.lineages.get(key);
    if (known) return known.of;
    const of = (await this.first({ subject, incarnation })).lineage;
    this.lineages.set(key, { of });
    return of;
  }

  private async isJson(life: Life): Promise<boolean> {
    return holdsJson((await this.first(life)).state.contentType);
  }

  private async first({ subject, incarnation }: Life): Promise<LogMessage> {
    const message = await this.parts.message(incarnation);
    if (message?.subject !== subject) throw new LogUnavailable(`the first message of ${subject} is missing`);
    return message;
  }
}
