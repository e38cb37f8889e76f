import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  EVENT_LOG,
  REGISTRY_LOG,
  ShapeQueries,
  ShapeRefused,
  type ReadBarrier,
  type Shape,
  type ShapeHead,
  type ShapePage,
  type ShapeRequest,
} from '@app/application';
import { ApiError } from '@app/contracts';
import { askerOf } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { giveUpIfStalled } from '../http/stalled.js';
import { beginRead } from '../streams/begin-read.js';
import { intervalCursor } from '../streams/interval-cursor.js';
import { OpenReads } from '../streams/open-reads.js';
import { writeEvents } from './shape-events.js';
import { ShapeFeeds } from './shape-feeds.js';
import { changesBody, EMPTY, MUST_REFETCH, pageBody } from './shape-messages.js';
import { parseShapeAsked, parseShapePlace, type ShapeAsked, type ShapePlace } from './shape-query.js';
import { ELSEWHERE, formatHandle, formatOffset, isLost } from './shape-tokens.js';

// The contract's longest hold.
const HOLD_MS = 20_000;
// Beyond every place of the log: nothing happened after it.
const NOWHERE = ELSEWHERE.position;

const WHOLE_MS = 1_000;
// Clients of events come back after this, so that processes can be drained.
const EVENTS_MS = 60_000;

/** Ends early when `end` aborts. */
const pause = (ms: number, end: AbortSignal): Promise<void> =>
  delay(Math.max(0, ms), undefined, { signal: end }).catch(() => undefined);

/** What a 200 says. */
interface ShapeAnswer {
  readonly body: string;
  readonly handle: string;
  readonly offset: string;
  readonly upToDate: boolean;
}

/** The client's handle does not lead on; the head says where the shape can be read from now. */
interface Lost {
  readonly lost: ShapeHead;
}

/** Answers to those who follow shapes: rows, what happened since, and waiting for what happens next. */
@Injectable()
export class ShapeReads {
  constructor(
    @Inject(EVENT_LOG) private readonly eventLog: Log,
    @Inject(REGISTRY_LOG) private readonly registryLog: Log,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
    private readonly queries: ShapeQueries,
    private readonly feeds: ShapeFeeds,
    private readonly open: OpenReads,
    private readonly clock: Clock,
  ) {}

  /** Whether there is such a shape is told before what is wrong with the place in it. */
  async read(params: URLSearchParams, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    try {
      const shape = await this.shape(parseShapeAsked(params), request);
      const query = parseShapePlace(params);
      if (query.live === 'sse') return await this.events(shape, query, request, reply);
      const answer = query.live ? await this.live(shape, query, request) : await this.current(shape, query);
      if ('lost' in answer) return this.refetch(shape, answer.lost, reply);
      const { body, handle, offset, upToDate } = answer;
      void reply
        .code(200)
        .headers({
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          'electric-handle': handle,
          'electric-offset': offset,
          ...(upToDate && { 'electric-up-to-date': '' }),
          // Only where it was asked for: a client that finds a cursor in its first answer takes that for a replay.
          ...(query.live ? this.cursor(query) : { 'electric-schema': JSON.stringify(shape.schema) }),
        })
        .send(body);
    } catch (error) {
      if (!(error instanceof ShapeRefused)) throw error;
      throw new ApiError(error.about === 'where' ? 'INVALID_WHERE' : 'INVALID_REQUEST', error.message);
    }
  }

  private async shape(asked: ShapeAsked, { tenant, principal }: GatewayRequest): Promise<Shape> {
    const { table, where, params, columns, full } = asked;
    const asker = askerOf(principal);
    if (!asker) throw new ApiError('UNAUTHORIZED');
    const request: ShapeRequest = {
      tenant,
      asker,
      table,
      params,
      full,
      ...(where !== undefined && { where }),
      ...(columns && { columns }),
    };
    const shape = await this.queries.define(request);
    if (!shape) throw new ApiError('TABLE_NOT_ALLOWED', `the table "${table}" cannot be followed`);
    return shape;
  }

  /** Everything that was acknowledged before the request came is in the answer. */
  private async current(shape: Shape, query: ShapePlace): Promise<ShapeAnswer | Lost> {
    const { offset, handle } = query;
    const at = await this.barrier();
    if (offset === 'now' || (offset === 'start' && query.changesOnly)) {
      const head = await this.head(shape, at);
      return {
        body: changesBody(shape, { head, changes: [], position: head.position, more: false }),
        handle: formatHandle(shape, head),
        offset: formatOffset(head.position),
        upToDate: true,
      };
    }
    if (offset === 'start') {
      const page = await this.feeds.page(shape, at);
      return this.pageAnswer(shape, page, formatHandle(shape, page.head));
    }
    const { position, after } = offset;
    if (handle?.id !== shape.id) return { lost: await this.head(shape, at) };
    if (after > 0) {
      const page = await this.feeds.page(shape, at, { position, after });
      if (isLost(handle, position, page.head)) return { lost: page.head };
      return this.pageAnswer(shape, page, handle.text);
    }
    const changes = await this.feeds.changes(shape, position, at);
    if (isLost(handle, position, changes.head)) return { lost: changes.head };
    return {
      body: changesBody(shape, changes),
      handle: handle.text,
      offset: formatOffset(changes.position),
      upToDate: !changes.more,
    };
  }

  /** The last page is only up to date when nothing has happened since the first. */
  private pageAnswer(shape: Shape, page: ShapePage, handle: string): ShapeAnswer {
    const upToDate = page.next === undefined && page.position >= page.head.position;
    return {
      body: pageBody(shape, page, upToDate),
      handle,
      offset: formatOffset(page.position, page.next),
      upToDate,
    };
  }

  private async live(shape: Shape, query: ShapePlace, request: GatewayRequest): Promise<ShapeAnswer | Lost> {
    const { offset, handle } = query;
    const position = typeof offset === 'object' ? offset.position : NOWHERE;
    if (handle?.id !== shape.id) return { lost: await this.head(shape) };
    const { signal, done } = beginRead(this.open, request, Math.min(HOLD_MS, this.settings.longPollTimeoutMs));
    const began = performance.now();
    try {
      const next = await this.feeds.next(shape, handle, position, signal);
      if (typeof next === 'number')
        return { body: EMPTY, handle: handle.text, offset: formatOffset(next), upToDate: true };
      if (isLost(handle, position, next.head)) {
        // Who begins anew at every change must not do so all the time.
        if (shape.table.whole) await pause(began + WHOLE_MS - performance.now(), signal);
        return { lost: next.head };
      }
      return {
        body: changesBody(shape, next),
        handle: handle.text,
        offset: formatOffset(next.position),
        upToDate: !next.more,
      };
    } finally {
      done();
    }
  }

  private async events(shape: Shape, query: ShapePlace, request: GatewayRequest, reply: GatewayReply): Promise<void> {
    const { offset, handle } = query;
    const position = typeof offset === 'object' ? offset.position : NOWHERE;
    const head = (await this.feeds.changes(shape, position)).head;
    if (handle?.id !== shape.id || isLost(handle, position, head)) return this.refetch(shape, head, reply);
    const { signal, done } = beginRead(this.open, request, EVENTS_MS);
    reply.hijack();
    giveUpIfStalled(reply.raw);
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'electric-handle': handle.text,
      'electric-offset': formatOffset(position),
      ...this.cursor(query),
    });
    reply.raw.flushHeaders();
    try {
      await writeEvents(this.feeds, { shape, handle, position, end: signal }, reply.raw);
    } catch {
      // The headers are gone: the client notices the end of the connection and goes on where it was.
    } finally {
      done();
      reply.raw.end();
    }
  }

  private cursor(query: ShapePlace): { readonly 'electric-cursor': string } {
    return { 'electric-cursor': intervalCursor(query.cursor, this.clock.now()) };
  }

  private async head(shape: Shape, at?: ReadBarrier): Promise<ShapeHead> {
    return (await this.feeds.changes(shape, NOWHERE, at)).head;
  }

  private async barrier(): Promise<ReadBarrier> {
    const [events, registry] = await Promise.all([this.eventLog.barrier(), this.registryLog.barrier()]);
    return { events, registry };
  }

  private refetch(shape: Shape, head: ShapeHead, reply: GatewayReply): void {
    void reply
      .code(409)
      .headers({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'electric-handle': formatHandle(shape, head),
      })
      .send(MUST_REFETCH);
  }
}
