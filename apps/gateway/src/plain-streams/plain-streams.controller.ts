import { Controller, Delete, Get, Head, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  Commands,
  AppendToStreamCommand,
  CreateStreamCommand,
  DeleteStreamCommand,
  openFor,
  OpenStreamQuery,
  Subjects,
} from '@app/application';
import { ApiError, HEADERS } from '@app/contracts';
import type { AppendRequest } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { appendError } from '../append/append-answer.js';
import { producerOf } from '../append/producer-headers.js';
import { callerOf } from '../auth/caller.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { whileHeld } from '../http/large-bodies.js';
import { rawPath } from '../http/raw-path.js';
import { header, type GatewayReply, type GatewayRequest } from '../http/request.js';
import { parseReadQuery } from '../streams/read-query.js';
import { StreamReads } from '../streams/stream-reads.js';
import { isTrue, streamConfig } from './create-headers.js';
import { appended, created, described, type PlainAnswer } from './plain-answers.js';
import { streamBody } from './stream-body.js';
import { targetOf, type StreamTarget } from './target.js';

const EMPTY = Buffer.alloc(0);

/**
 * Streams under any path that is not the server's own, at the root and under `/v1/stream`. Every other route is more
 * specific than this one, so it is asked last.
 */
@ApiExcludeController()
@Controller()
export class PlainStreamsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: QueryBus,
    private readonly reads: StreamReads,
    private readonly subjects: Subjects,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Head('*')
  async head(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const target = this.target(request);
    if (target.class !== 'plain') return this.reads.head(this.subject(target), reply);
    const opened = await this.queries.execute(new OpenStreamQuery(callerOf(request), target.path, 'not-as-use'));
    this.answer(reply, described(opened));
  }

  @Get('*')
  async read(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const target = this.target(request);
    const query = parseReadQuery(request.raw.url ?? '');
    const open =
      target.class === 'plain'
        ? async (): Promise<number> =>
            openFor(await this.queries.execute(new OpenStreamQuery(callerOf(request), target.path, 'as-use')))
        : undefined;
    await this.reads.read({ subject: this.subject(target), ...present({ open }) }, query, request, reply);
  }

  @Put('*')
  @RouteConfig({ limit: 'stream' })
  async create(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const { path } = this.writable(request);
    const config = streamConfig(request);
    const body = request.body ?? EMPTY;
    const answer = await whileHeld(request, () =>
      this.commands.execute(
        new CreateStreamCommand(callerOf(request), path, config, async (contentType) => {
          const { sent, problem } = body.length === 0 ? { sent: NOTHING } : await streamBody(body, contentType);
          return { sent, ...present({ problem }) };
        }),
      ),
    );
    const url = `${request.protocol}://${request.host}${rawPath(request.raw.url ?? '')}`;
    this.acknowledge(reply, created(answer, url));
  }

  @Post('*')
  @RouteConfig({ limit: 'stream' })
  append(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    return whileHeld(request, () => this.appendTo(request, reply));
  }

  private async appendTo(request: GatewayRequest, reply: GatewayReply): Promise<void> {
    const { path } = this.writable(request);
    const producer = producerOf(request);
    const body = request.body ?? EMPTY;
    const contentType = request.sentContentType;
    const { sent, problem } = body.length === 0 ? { sent: NOTHING } : await streamBody(body, contentType ?? '');
    const asked: AppendRequest = {
      hasBody: body.length > 0,
      close: isTrue(header(request, HEADERS.closed)),
      ...present({ contentType, bodyProblem: problem, producer, streamSeq: header(request, HEADERS.streamSeq) }),
    };
    try {
      const answer = await this.commands.execute(new AppendToStreamCommand(callerOf(request), path, asked, sent));
      this.acknowledge(reply, appended(answer, producer, asked.hasBody));
    } catch (error) {
      throw appendError(error);
    }
  }

  @Delete('*')
  async remove(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const { path } = this.writable(request);
    await this.commands.execute(new DeleteStreamCommand(callerOf(request), path));
    this.acknowledge(reply, { status: 204, headers: {} });
  }

  private target(request: GatewayRequest): StreamTarget {
    return targetOf(request.raw.url ?? '/');
  }

  private writable(request: GatewayRequest): StreamTarget {
    const target = this.target(request);
    if (target.class !== 'plain') throw new ApiError('FORBIDDEN', 'this stream is written by the server only');
    return target;
  }

  private subject({ path }: StreamTarget): string {
    return this.subjects.stream(this.settings.tenant, path);
  }

  private acknowledge(reply: GatewayReply, answer: PlainAnswer): void {
    void reply.header(HEADERS.durability, this.settings.durability);
    this.answer(reply, answer);
  }

  private answer(reply: GatewayReply, { status, headers }: PlainAnswer): void {
    void reply.code(status).headers(headers).send();
  }
}

const NOTHING = { body: new Uint8Array(0), count: 0, types: [] };
