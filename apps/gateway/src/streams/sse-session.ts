import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ReadRight } from '@app/application';
import {
  compareOffsets,
  START,
  type Entry,
  type LargeEntry,
  type Log,
  type LogMessage,
  type Offset,
  type StreamSlice,
} from '@app/streams';
import { LiveBuffer } from './live-buffer.js';
import { chunkOf, isBehind, writeChunk } from './shared-chunk.js';
import { controlEvent, dataEvent, largeDataEvent } from './sse-events.js';

const PAGE = { messages: 500, bytes: 256 * 1024 };

export interface SseOptions {
  /** The cursor to send now. */
  readonly cursor: () => string;
  /** Called while the reader waits, with every keep-alive: whoever waits uses the stream. */
  readonly open?: () => Promise<unknown>;
  /** Of the reader; asked for again before anything is written while it is in doubt. */
  readonly right?: ReadRight;
}

interface Shared {
  readonly text: string;
  readonly chunk: Buffer;
}

// Most readers have one of very few cursors. The others share the content, and have control events of their own.
const SHARED_CURSORS = 4;

/** What a message is to readers at its end, made once for all with the same cursor. */
const shared = new WeakMap<readonly Entry[], Map<string, Shared>>();

/** The data event of an entry alone, made once for all. */
const dataChunks = new WeakMap<Entry, Buffer>();

const dataChunk = (event: string, entry: Entry): Buffer => {
  let chunk = dataChunks.get(entry);
  if (!chunk) dataChunks.set(entry, (chunk = chunkOf(event)));
  return chunk;
};

export interface ReadEnds {
  readonly end: AbortSignal;
  readonly gone: AbortSignal;
}

/**
 * One SSE reader. It is served from memory while it keeps up; when it falls behind, its buffer is forgotten and it reads
 * on from history, so that a slow reader costs no memory and loses nothing.
 */
export class SseSession {
  private readonly buffer: LiveBuffer;
  /** How far a live reader is. */
  private offset: Offset = START;

  constructor(
    private readonly log: Log,
    private readonly subject: string,
    private readonly response: ServerResponse,
    private readonly options: SseOptions,
  ) {
    // From now on, so that nothing between the first read and the wait is missed.
    this.buffer = new LiveBuffer(log, subject);
  }

  /**
   * Writes until the stream ends or `end` aborts, beginning with a slice that was read after this was made.
   * `keepAliveMs`: how long it is silent at the most. `gone`: the reader left; only that cuts a large entry short, or a
   * slow reader would begin it again and again.
   */
  async run(first: StreamSlice, keepAliveMs: number, { end, gone }: ReadEnds): Promise<void> {
    try {
      let slice: StreamSlice | undefined = first;
      let offset = first.next;
      while (!end.aborted) {
        slice ??= await this.log.read(this.subject, offset, PAGE);
        await this.settleRight();
        // Another life of the path is another stream.
        if (slice.incarnation !== first.incarnation) return;
        offset = slice.next;
        if (slice.large) await this.writeLarge(slice, slice.large, gone);
        else await this.write(this.sliceEvents(slice), end);
        if (slice.closed) return;
        if (slice.upToDate) {
          const at = await this.live(slice, offset, keepAliveMs, end);
          if (!at) return;
          offset = at;
        }
        slice = undefined;
      }
    } finally {
      this.stop();
    }
  }

  stop(): void {
    this.buffer.stop();
  }

  /** @throws when there is none any more */
  private async settleRight(): Promise<void> {
    const { right } = this.options;
    while (right?.inDoubt === true) await right.check();
  }

  /** Resolves to the offset to read on from when the reader fell behind; undefined when there is nothing more to do. */
  private async live(
    { contentType, incarnation }: StreamSlice,
    from: Offset,
    keepAliveMs: number,
    end: AbortSignal,
  ): Promise<Offset | undefined> {
    this.offset = from;
    for (;;) {
      const messages = this.buffer.take();
      if (!messages) return this.offset;
      const after = messages.at(-1)?.state;
      // A deleted stream has no end of its own: the reader finds out when it comes back.
      if (messages.some((message) => endsLife(message, incarnation))) return undefined;
      await this.settleRight();
      const entries = messages.flatMap((message) => this.log.entries(message, this.offset));
      if (after) this.moveTo(after.tail);
      await this.write(this.events(contentType, entries, after?.closed ?? false, this.offset), end);
      if (after?.closed || end.aborted) return undefined;
      const pass = (message: LogMessage): boolean => this.pass(message, contentType, incarnation);
      if (await this.buffer.wait(keepAliveMs, end, pass)) continue;
      if (end.aborted) return undefined;
      await this.options.open?.();
      await this.write(controlEvent({ offset: this.offset, cursor: this.options.cursor(), upToDate: true }), end);
    }
  }

  /** Writes a message to a reader that keeps up. @returns false, having done nothing, when there is more to be thought of. */
  private pass(message: LogMessage, contentType: string, incarnation: number): boolean {
    try {
      return this.passOn(message, contentType, incarnation);
    } catch {
      // Not a message of this format: found out again, where it ends this reader and nobody else.
      return false;
    }
  }

  private passOn(message: LogMessage, contentType: string, incarnation: number): boolean {
    if (this.options.right?.inDoubt === true) return false;
    if (isBehind(this.response) || message.state.closed || endsLife(message, incarnation)) return false;
    const entries = this.log.entries(message, this.offset);
    this.moveTo(message.state.tail);
    if (entries.length === 0) return true;
    const cursor = this.options.cursor();
    const made = this.shared(contentType, entries, cursor);
    if (made) this.send(made);
    else this.sendEach(contentType, entries, cursor);
    return true;
  }

  /** Undefined for a cursor that few have. */
  private shared(contentType: string, entries: readonly Entry[], cursor: string): Shared | undefined {
    let byCursor = shared.get(entries);
    if (!byCursor) {
      byCursor = new Map<string, Shared>();
      shared.set(entries, byCursor);
    }
    const known = byCursor.get(cursor);
    if (known || byCursor.size >= SHARED_CURSORS) return known;
    const text = this.events(contentType, entries, false, this.offset);
    const made = { text, chunk: chunkOf(text) };
    byCursor.set(cursor, made);
    return made;
  }

  private sendEach(contentType: string, entries: readonly Entry[], cursor: string): void {
    const { socket } = this.response;
    socket?.cork();
    for (const [index, entry] of entries.entries()) {
      const text = dataEvent(contentType, entry);
      this.send({ text, chunk: dataChunk(text, entry) });
      const control = controlEvent({ offset: entry.offset, cursor, upToDate: index === entries.length - 1 });
      this.send({ text: control, chunk: chunkOf(control) });
    }
    socket?.uncork();
  }

  private send({ text, chunk }: Shared): void {
    if (writeChunk(this.response, chunk) === undefined) this.response.write(text);
  }

  private moveTo(tail: Offset): void {
    if (compareOffsets(tail, this.offset) > 0) this.offset = tail;
  }

  private sliceEvents({ contentType, entries, closed, next, upToDate }: StreamSlice): string {
    if (entries.length === 0 && !closed) return controlEvent({ offset: next, cursor: this.options.cursor(), upToDate });
    return this.events(contentType, entries, closed, next, upToDate);
  }

  /** Each entry with its own control event; the end of the stream is told by the last one. */
  private events(
    contentType: string,
    entries: readonly Entry[],
    closed: boolean,
    tail: Offset,
    upToDate = true,
  ): string {
    if (entries.length === 0) return closed ? controlEvent({ offset: tail, upToDate, closed }) : '';
    const cursor = this.options.cursor();
    return entries
      .map((entry, index) => {
        const last = index === entries.length - 1;
        return (
          dataEvent(contentType, entry) +
          controlEvent({ offset: entry.offset, cursor, upToDate: last && upToDate, closed: last && closed })
        );
      })
      .join('');
  }

  private async writeLarge(
    { contentType, upToDate, closed }: StreamSlice,
    entry: LargeEntry,
    gone: AbortSignal,
  ): Promise<void> {
    for await (const part of largeDataEvent(contentType, entry)) {
      if (gone.aborted) return;
      await this.write(part, gone);
    }
    await this.write(controlEvent({ offset: entry.offset, cursor: this.options.cursor(), upToDate, closed }), gone);
  }

  private async write(text: string | Uint8Array, end: AbortSignal): Promise<void> {
    if (text.length === 0 || end.aborted || this.response.write(text)) return;
    await once(this.response, 'drain', { signal: end }).catch(() => undefined);
  }
}

/** Whether a stream that was read in this life is over with a message: deleted, kept for its forks only, or replaced. */
export const endsLife = (message: LogMessage, incarnation: number): boolean =>
  message.kind === 'tombstone' ||
  message.state.incarnation !== incarnation ||
  message.events.some(({ type }) => type === 'deleted');

/** Whether a message has something a reader at `offset` waits for: public content, or an end. */
export const concerns = (log: Log, message: LogMessage, incarnation: number, offset: Offset): boolean =>
  endsLife(message, incarnation) || message.state.closed || log.entries(message, offset).length > 0;
