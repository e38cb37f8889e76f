import { decodeMessage } from '../codec/format-v1.js';
import { LogUnavailable, type LogBackend, type ReadLimit } from '../port/log-backend.js';
import { OffsetGone, StreamAbsent, type Entry, type HistoryStore, type StreamSlice } from '../port/log.js';
import type { LogMessage, StateAfter } from '../port/message.js';
import { compareOffsets, type Offset } from '../port/offset.js';
import { entriesOf } from './entries.js';
import type { RecentLog } from './recent-log.js';

const PAGE = { messages: 500, bytes: 4 * 1024 * 1024 };

/** Joins recent messages, history and the broker into one gap-free sequence; `prev` of each message proves the joins. */
export class StreamReader {
  constructor(
    private readonly backend: LogBackend,
    private readonly recent: RecentLog,
    private readonly history: HistoryStore | undefined,
  ) {}

  /** `tail`: newest message of the stream, confirmed after the request came. */
  async slice(
    subject: string,
    from: Offset,
    limit: ReadLimit,
    tail: { readonly seq: number; readonly after?: StateAfter },
  ): Promise<StreamSlice> {
    const { after } = tail;
    if (!after) throw new StreamAbsent(subject);
    if (from.seq > 0 && from.seq < after.incarnation) throw new OffsetGone(subject);
    const base = { contentType: after.contentType, incarnation: after.incarnation };
    const position = Math.max(from.seq, after.incarnation - 1);
    const entries: Entry[] = [];
    let bytes = 0;
    if (compareOffsets(from, after.tail) < 0)
      for await (const message of this.messages(subject, position, tail.seq, after.incarnation))
        for (const entry of entriesOf(message, from)) {
          if (entries.length > 0 && (entries.length >= limit.messages || bytes + entry.body.length > limit.bytes))
            return { ...base, entries, next: entries.at(-1)?.offset ?? from, upToDate: false, closed: false };
          entries.push(entry);
          bytes += entry.body.length;
        }
    return { ...base, entries, next: after.tail, upToDate: true, closed: after.closed };
  }

  /** Messages of the subject in (position, until], chained by `prev`. */
  private async *messages(
    subject: string,
    position: number,
    until: number,
    incarnation: number,
  ): AsyncGenerator<LogMessage> {
    let at = position;
    let previous: number | undefined;
    while (at < until) {
      const page = await this.page(subject, at, incarnation);
      for (const message of page) {
        if (message.seq > until) return;
        if (previous !== undefined && message.prev !== previous)
          throw new LogUnavailable(`message ${String(message.seq)} does not follow ${String(previous)}`);
        previous = message.seq;
        yield message;
      }
      const last = page.at(-1);
      if (!last) throw new LogUnavailable(`messages after ${String(at)} are missing on this replica`);
      at = last.seq;
    }
  }

  private async page(subject: string, position: number, incarnation: number): Promise<readonly LogMessage[]> {
    const recent = this.recent.ofSubject(subject, position, PAGE);
    if (recent && recent.length > 0) return recent;
    const old = await this.fromHistory(subject, position, incarnation);
    return old ?? (await this.backend.readSubject(subject, position + 1, PAGE)).map(decodeMessage);
  }

  /** Undefined when history has nothing after `position`, or cannot be asked: the broker has it all. */
  private async fromHistory(
    subject: string,
    position: number,
    incarnation: number,
  ): Promise<readonly LogMessage[] | undefined> {
    if (!this.history) return undefined;
    try {
      const page = await this.history.read(subject, incarnation, position, PAGE);
      return page.length > 0 ? page.map(decodeMessage) : undefined;
    } catch {
      return undefined;
    }
  }
}
