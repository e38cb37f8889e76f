import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, type ReadRight } from '@app/application';
import { ApiError } from '@app/contracts';
import { present } from '@app/domain/kernel/present.js';
import { Clock } from '@app/platform';
import { compareOffsets, formatOffset, Log, OffsetGone, type Offset, type StreamSlice } from '@app/streams';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { beginRead, type Ending } from './begin-read.js';
import { bodyOf, isJson, isText, largeBodyOf } from './content.js';
import { intervalCursor } from './interval-cursor.js';
import { LiveBuffer } from './live-buffer.js';
import { OpenReads } from './open-reads.js';
import type { ReadQuery } from './read-query.js';
import { concerns, SseSession } from './sse-session.js';

// One answer holds at least what common clients expect of a small stream, and bounds what a large one costs.
const PAGE_ENTRIES = 5_000;
// Readers come back after this, so that caches can collapse them and processes can be drained.
const SSE_LIFETIME_MS = 60_000;
const FAR: Offset = { seq: Number.MAX_SAFE_INTEGER, pos: 0 };

export interface ReadTarget {
  readonly subject: string;
  /**
   * Looks whether the stream can be read, and notes that it is. @returns milliseconds after which a reader that still
   * waits asks again at the latest, because waiting is use too.
   */
  readonly open?: () => Promise<number>;
  /** Of the reader; absent: whoever asks may read. Nothing is told without it, not even that there is nothing to read. */
  readonly right?: ReadRight;
}

interface OpenedSlice {
  readonly slice: StreamSlice;
  /** How long to wait for news before the stream is asked for again. */
  readonly askAgainMs: number;
}

interface Reading extends Ending {
  /** @throws what the right of the reader ended with */
  readonly assertRight: () => void;
}

const isEmpty = ({ entries, large }: StreamSlice): boolean => entries.length === 0 && !large;

/** Whether `If-None-Match` lists the tag; a weak one means the same bytes here. */
const isNamed = (etag: string, header: string | undefined): boolean =>
  header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;

/** Reads of streams over HTTP: catch-up, long-poll, SSE. */
@Injectable()
export class StreamReads {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    private readonly clock: Clock,
    private readonly open: OpenReads,
  ) {}

  async head({ subject, right }: ReadTarget, reply: GatewayReply): Promise<void> {
    const slice = await this.slice({ subject, ...present({ right }) }, FAR);
    void reply
      .code(200)
      .headers({ ...this.position(slice), 'content-type': slice.contentType, 'cache-control': 'no-store' })
      .send();
  }

  async read(target: ReadTarget, query: ReadQuery, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    if (query.live === 'sse') return this.sse(target, query, request, reply);
    if (query.live === 'long-poll') return this.longPoll(target, query, request, reply);
    const { offset } = query;
    const slice = await this.slice(target, offset === 'now' ? FAR : offset);
    this.answer(slice, query, request, reply);
  }

  private async longPoll(
    target: ReadTarget,
    query: ReadQuery,
    request: GatewayRequest,
    reply: GatewayReply,
  ): Promise<void> {
    const buffer = new LiveBuffer(this.log, target.subject);
    const { signal, assertRight, done } = this.ending(target, request, this.settings.longPollTimeoutMs);
    try {
      const opened = await this.opened(target, query.offset === 'now' ? FAR : query.offset);
      let { slice } = opened;
      const from = slice.next;
      const past = query.offset !== 'now' && compareOffsets(query.offset, from) > 0;
      while (isEmpty(slice) && !slice.closed && !past && !signal.aborted) {
        if (!(await buffer.wait(opened.askAgainMs, signal))) {
          if (!signal.aborted) await target.open?.();
          continue;
        }
        const messages = buffer.take();
        if (!messages || messages.some((message) => concerns(this.log, message, slice.incarnation, from)))
          slice = await this.slice(target, from);
      }
      assertRight();
      if (!isEmpty(slice)) this.answer(slice, query, request, reply);
      else
        void reply
          .code(204)
          .headers({ ...this.position(slice), ...this.cursor(query), 'cache-control': 'no-store' })
          .send();
    } finally {
      buffer.stop();
      done();
    }
  }

  private async sse(target: ReadTarget, query: ReadQuery, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    const session = new SseSession(this.log, target.subject, reply.raw, {
      cursor: () => intervalCursor(query.cursor, this.clock.now(), Math.random()),
      ...present({ open: target.open, right: target.right }),
    });
    const { signal, gone, done } = this.ending(target, request, SSE_LIFETIME_MS);
    let first: OpenedSlice;
    try {
      first = await this.opened(target, query.offset === 'now' ? FAR : query.offset);
    } catch (error) {
      session.stop();
      done();
      throw error;
    }
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      ...(!isText(first.slice.contentType) && { 'stream-sse-data-encoding': 'base64' }),
    });
    try {
      await session.run(first.slice, first.askAgainMs, { end: signal, gone });
    } catch {
      // The headers are gone: the reader notices the end of the connection and resumes at its last offset.
    } finally {
      done();
      reply.raw.end();
    }
  }

  private answer(slice: StreamSlice, query: ReadQuery, request: GatewayRequest, reply: GatewayReply): void {
    void reply.headers({ ...this.position(slice), 'content-type': slice.contentType });
    if (query.live) void reply.headers(this.cursor(query));
    if (query.offset === 'now' && !query.live)
      return void reply.code(200).header('cache-control', 'no-store').send(bodyOf(slice.contentType, []));
    const from = query.offset === 'now' ? 'now' : formatOffset(query.offset);
    const etag = `"${String(slice.incarnation)}:${from}:${formatOffset(slice.next)}${slice.closed ? ':c' : ''}"`;
    // A full page never changes; one that ends at the tail does as soon as something is appended.
    void reply.headers({
      etag,
      'cache-control': slice.upToDate ? 'private, no-cache' : 'private, max-age=60, stale-while-revalidate=300',
    });
    if (isNamed(etag, request.headers['if-none-match'])) return void reply.code(304).send();
    const { contentType, large } = slice;
    void reply.code(200);
    if (!large) return void reply.send(bodyOf(contentType, slice.entries));
    if (!isJson(contentType)) void reply.header('content-length', String(large.count));
    void reply.send(Readable.from(largeBodyOf(contentType, large), { objectMode: false }));
  }

  private async slice(target: ReadTarget, from: Offset): Promise<StreamSlice> {
    return (await this.opened(target, from)).slice;
  }

  private async opened({ subject, open, right }: ReadTarget, from: Offset): Promise<OpenedSlice> {
    try {
      const reading = Promise.all([
        this.log.read(subject, from, { messages: PAGE_ENTRIES, bytes: this.settings.readBytes }),
        open?.(),
      ]);
      // It is waited for first; what became of the reading then concerns nobody.
      reading.catch(() => undefined);
      await right?.check();
      const [slice, openForMs = Infinity] = await reading;
      return { slice, askAgainMs: Math.min(openForMs, this.settings.longPollTimeoutMs) };
    } catch (error) {
      if (error instanceof OffsetGone)
        throw new ApiError('OFFSET_GONE', 'the offset belongs to an earlier life of this stream');
      throw error;
    }
  }

  private position({ next, upToDate, closed }: StreamSlice): Record<string, string> {
    return {
      'stream-next-offset': formatOffset(next),
      ...(upToDate && { 'stream-up-to-date': 'true' }),
      ...(closed && { 'stream-closed': 'true' }),
    };
  }

  private cursor(query: ReadQuery): Record<string, string> {
    return { 'stream-cursor': intervalCursor(query.cursor, this.clock.now(), Math.random()) };
  }

  private ending({ subject, right }: ReadTarget, request: GatewayRequest, lifetimeMs: number): Reading {
    const ending = beginRead(this.open, request, lifetimeMs);
    let lost: { readonly error: unknown } | undefined;
    right?.watch([subject], (error) => {
      lost = { error };
      ending.leave();
    });
    return {
      ...ending,
      assertRight: () => {
        if (lost) throw lost.error;
      },
      done: () => {
        right?.stop();
        ending.done();
      },
    };
  }
}
