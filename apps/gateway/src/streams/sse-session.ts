import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { compareOffsets, type Entry, type Log, type LogMessage, type Offset, type StreamSlice } from '@app/streams';
import { LiveBuffer } from './live-buffer.js';
import { controlEvent, dataEvent } from './sse-events.js';

const PAGE = { messages: 500, bytes: 256 * 1024 };

export interface SseOptions {
  /** The cursor to send now. */
  readonly cursor: () => string;
  /** Called while the reader waits, with every keep-alive: whoever waits uses the stream. */
  readonly open?: () => Promise<unknown>;
}

/**
 * One SSE reader. It is served from memory while it keeps up; when it falls behind, its buffer is forgotten and it reads
 * on from history, so that a slow reader costs no memory and loses nothing.
 */
export class SseSession {
  private readonly buffer: LiveBuffer;

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
   * `keepAliveMs`: how long it is silent at the most.
   */
  async run(first: StreamSlice, keepAliveMs: number, end: AbortSignal): Promise<void> {
    try {
      let slice: StreamSlice | undefined = first;
      let offset = first.next;
      while (!end.aborted) {
        slice ??= await this.log.read(this.subject, offset, PAGE);
        // Another life of the path is another stream.
        if (slice.incarnation !== first.incarnation) return;
        offset = slice.next;
        await this.write(this.sliceEvents(slice), end);
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

  /** Resolves to the offset to read on from when the reader fell behind; undefined when there is nothing more to do. */
  private async live(
    { contentType, incarnation }: StreamSlice,
    from: Offset,
    keepAliveMs: number,
    end: AbortSignal,
  ): Promise<Offset | undefined> {
    let offset = from;
    for (;;) {
      const messages = this.buffer.take();
      if (!messages) return offset;
      const after = messages.at(-1)?.state;
      // A deleted stream has no end of its own: the reader finds out when it comes back.
      if (messages.some((message) => endsLife(message, incarnation))) return undefined;
      const entries = messages.flatMap((message) => this.log.entries(message, offset));
      if (after && compareOffsets(after.tail, offset) > 0) offset = after.tail;
      await this.write(this.events(contentType, entries, after?.closed ?? false, offset), end);
      if (after?.closed || end.aborted) return undefined;
      if (await this.buffer.wait(keepAliveMs, end)) continue;
      if (end.aborted) return undefined;
      await this.options.open?.();
      await this.write(controlEvent({ offset, cursor: this.options.cursor(), upToDate: true }), end);
    }
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
    if (entries.length === 0) return closed ? controlEvent({ offset: tail, closed }) : '';
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

  private async write(text: string, end: AbortSignal): Promise<void> {
    if (text === '' || end.aborted || this.response.write(text)) return;
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
