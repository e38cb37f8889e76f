import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { EVENT_LOG, type ReadRight } from '@app/application';
import { ApiError } from '@app/contracts';
import { present } from '@app/domain/kernel/present.js';
import { Clock } from '@app/platform';
import {
  compareOffsets,
  formatOffset,
  Log,
  OffsetGone,
  type Offset,
  type ReadLimit,
  type StreamEnd,
  type StreamSlice,
} from '@app/streams';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { giveUpIfStalled, STALLING_BYTES } from '../http/stalled.js';
import { beginRead, type Ending } from './begin-read.js';
import { isJson, isText, largeBodyOf } from './content.js';
import { intervalCursor } from './interval-cursor.js';
import { LiveBuffer } from './live-buffer.js';
import { OpenReads } from './open-reads.js';
import { PageCache } from './page-cache.js';
import { asOf, isEmpty, isWhole, joined, pageOf, type Page } from './page.js';
import type { ReadQuery } from './read-query.js';
import { concerns, SseSession } from './sse-session.js';

// One answer holds at least what common clients expect of a small stream, and bounds what a large one costs.
const PAGE_ENTRIES = 5_000;
// A reader who takes nothing for so many times as long as one stays is not there any more.
const STALLED_STAYS = 2;
const FAR: Offset = { seq: Number.MAX_SAFE_INTEGER, pos: 0 };

export interface OpenedForReading {
  /** Of the stream, where that was looked at. */
  readonly end?: StreamEnd;
  /** Milliseconds after which a reader that still waits opens the stream again at the latest: waiting is use, too. */
  readonly forMs: number;
}

export interface ReadTarget {
  readonly subject: string;
  /** Looks whether the stream can be read, and notes that it is; without it any stream can that exists. */
  readonly open?: () => Promise<OpenedForReading>;
  /** Of the reader; absent: whoever asks may read. Nothing is told without it, not even that there is nothing to read. */
  readonly right?: ReadRight;
}

interface Reading extends Ending {
  /** @throws what the right of the reader ended with */
  readonly assertRight: () => void;
}

/** Whether `If-None-Match` lists the tag, or any; a weak one means the same bytes here. */
const isNamed = (etag: string, header: string | undefined): boolean =>
  header?.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) ?? false;

/**
 * Where to read from. @throws ApiError for a place that the stream does not reach: it was never given out, or what it
 * named is lost. Whoever went on at a smaller one would not notice.
 */
const placeOf = ({ offset }: ReadQuery, { exists, tail }: StreamEnd): Offset => {
  if (offset === 'now') return FAR;
  if (exists && compareOffsets(offset, tail) > 0)
    throw new ApiError('OFFSET_GONE', 'the stream does not reach this offset');
  return offset;
};

/** Reads of streams over HTTP: catch-up, long-poll, SSE. */
@Injectable()
export class StreamReads {
  private readonly pages = new PageCache();

  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    private readonly clock: Clock,
    private readonly open: OpenReads,
  ) {}

  async head(target: ReadTarget, reply: GatewayReply): Promise<void> {
    const { end } = await this.opened(target);
    const slice = await this.slice(target.subject, FAR, end);
    void reply
      .code(200)
      .headers({ ...this.position(slice), 'content-type': slice.contentType, 'cache-control': 'no-store' })
      .send();
  }

  async read(target: ReadTarget, query: ReadQuery, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    if (query.live === 'sse') return this.sse(target, query, request, reply);
    if (query.live === 'long-poll') return this.longPoll(target, query, request, reply);
    const { end } = await this.opened(target);
    this.answer(await this.page(target.subject, placeOf(query, end), end), query, request, reply);
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
      const { end, forMs } = await this.opened(target);
      let page = await this.page(target.subject, placeOf(query, end), end);
      const from = page.next;
      while (isEmpty(page) && !page.closed && !signal.aborted) {
        if (!(await buffer.wait(forMs, signal))) {
          if (!signal.aborted) await target.open?.();
          continue;
        }
        const messages = buffer.take();
        if (!messages || messages.some((message) => concerns(this.log, message, page.incarnation, from)))
          page = await this.page(target.subject, from, (await this.opened(target)).end);
      }
      assertRight();
      if (!isEmpty(page)) this.answer(page, query, request, reply);
      else
        void reply
          .code(204)
          .headers({ ...this.position(page), 'stream-cursor': this.cursor(query), 'cache-control': 'no-store' })
          .send();
    } finally {
      buffer.stop();
      done();
    }
  }

  private async sse(target: ReadTarget, query: ReadQuery, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    const session = new SseSession(this.log, target.subject, reply.raw, {
      cursor: () => this.cursor(query),
      ...present({ open: target.open, right: target.right }),
    });
    const { signal, gone, done } = this.ending(target, request, this.settings.sseLifetimeMs);
    let first: StreamSlice;
    let keepAliveMs: number;
    try {
      const { end, forMs } = await this.opened(target);
      keepAliveMs = forMs;
      first = await this.slice(target.subject, placeOf(query, end), end);
    } catch (error) {
      session.stop();
      done();
      throw error;
    }
    reply.hijack();
    giveUpIfStalled(reply.raw, this.stalledMs);
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      ...(!isText(first.contentType) && { 'stream-sse-data-encoding': 'base64' }),
    });
    try {
      await session.run(first, keepAliveMs, { end: signal, gone });
    } catch {
      // The headers are gone: the reader notices the end of the connection and resumes at its last offset.
    } finally {
      done();
      reply.raw.end();
    }
  }

  private answer(page: Page, query: ReadQuery, request: GatewayRequest, reply: GatewayReply): void {
    const { contentType, incarnation, next, upToDate, closed, body, large } = page;
    void reply.headers({ ...this.position(page), 'content-type': contentType });
    if (query.live) void reply.header('stream-cursor', this.cursor(query));
    void reply.code(200);
    // The same question is another one the next time.
    if (query.offset === 'now') void reply.header('cache-control', 'no-store');
    else {
      const etag = `"${String(incarnation)}:${formatOffset(query.offset)}:${formatOffset(next)}${closed ? ':c' : ''}"`;
      // A full page never changes; one that ends at the tail does as soon as something is appended.
      void reply.headers({
        etag,
        'cache-control': upToDate ? 'private, no-cache' : 'private, max-age=60, stale-while-revalidate=300',
      });
      if (isNamed(etag, request.headers['if-none-match'])) return void reply.code(304).send();
    }
    if (large || body.length > STALLING_BYTES) giveUpIfStalled(reply.raw, this.stalledMs);
    if (!large) return void reply.send(body);
    if (!isJson(contentType)) void reply.header('content-length', String(large.count));
    void reply.send(Readable.from(largeBodyOf(contentType, large), { objectMode: false }));
  }

  private async opened({ subject, open, right }: ReadTarget): Promise<Required<OpenedForReading>> {
    const opening = open?.();
    // The right is waited for first; what became of the rest then concerns nobody.
    opening?.catch(() => undefined);
    const allowed = await right?.check();
    const { end = allowed, forMs = Infinity } = (await opening) ?? {};
    return {
      end: end ?? (await this.log.end(subject)),
      forMs: Math.min(forMs, this.settings.longPollTimeoutMs),
    };
  }

  private async page(subject: string, from: Offset, end: StreamEnd): Promise<Page> {
    const known = this.pages.find(subject, from, end);
    if (known && isWhole(known, end)) return asOf(known, end);
    const longer = known && joined(known, await this.slice(subject, known.next, end), this.pageLimit);
    const page = longer ?? pageOf(await this.slice(subject, from, end));
    this.pages.keep(subject, from, page);
    return page;
  }

  private get stalledMs(): number {
    return this.settings.sseLifetimeMs * STALLED_STAYS;
  }

  private get pageLimit(): ReadLimit {
    return { messages: PAGE_ENTRIES, bytes: this.settings.readBytes };
  }

  private async slice(subject: string, from: Offset, end: StreamEnd): Promise<StreamSlice> {
    try {
      return await this.log.read(subject, from, this.pageLimit, end);
    } catch (error) {
      if (error instanceof OffsetGone)
        throw new ApiError('OFFSET_GONE', 'the offset belongs to an earlier life of this stream');
      throw error;
    }
  }

  private position({
    next,
    upToDate,
    closed,
  }: Pick<StreamSlice, 'next' | 'upToDate' | 'closed'>): Record<string, string> {
    return {
      'stream-next-offset': formatOffset(next),
      ...(upToDate && { 'stream-up-to-date': 'true' }),
      ...(closed && { 'stream-closed': 'true' }),
    };
  }

  private cursor({ cursor }: ReadQuery): string {
    return intervalCursor(cursor, this.clock.now());
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
