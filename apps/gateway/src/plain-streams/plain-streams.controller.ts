import { Controller, Delete, Get, Head, Inject, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import {
  Commands,
  AppendToStreamCommand,
  CreateStreamCommand,
  DeleteStreamCommand,
  OBSERVE_EVERY_MS,
  ObserveMembershipQuery,
  openFor,
  OpenStreamQuery,
  StreamAccess,
  Subjects,
  type ReadRight,
} from '@app/application';
import { ApiError, HEADERS } from '@app/contracts';
import { entityAddress, entityOfMainPath, refOfPath, type AppendRequest, type StreamConfig } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { appendError } from '../append/append-answer.js';
import { producerOf } from '../append/producer-headers.js';
import { streamSeqOf } from '../append/stream-seq.js';
import { callerOf } from '../auth/caller.js';
import {
  ApiStreamAppend,
  ApiStreamCreate,
  ApiStreamDelete,
  ApiStreamHead,
  ApiStreamPath,
  ApiStreamRead,
} from '../docs/stream-decorators.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { whileHeld } from '../http/large-bodies.js';
import { rawPath } from '../http/raw-path.js';
import { header, type GatewayReply, type GatewayRequest } from '../http/request.js';
import { parseReadQuery } from '../streams/read-query.js';
import { StreamReads, type OpenedForReading, type ReadTarget } from '../streams/stream-reads.js';
import { isTrue, streamConfig } from './create-headers.js';
import { appended, created, described, type PlainAnswer } from './plain-answers.js';
import { bodyReader } from './stream-body.js';
import { targetOf, type StreamTarget } from './target.js';

const EMPTY = Buffer.alloc(0);

/** URL of the entity that a shared state is to belong to. */
const ownerOf = (request: GatewayRequest): string | undefined => header(request, HEADERS.ownerEntity);

/** A shared state lasts as long as its entities, and is forked with them. */
const assertLasting = ({ expiry, fork }: StreamConfig): void => {
  if (expiry !== undefined) throw new ApiError('INVALID_REQUEST', 'a shared state has no TTL and no end');
  if (fork !== undefined) throw new ApiError('STREAM_CONFLICT', 'a shared state is forked with its entities only');
};

/**
 * Streams under any path that is not the server's own, at the root and under `/v1/stream`. Every other route is more
 * specific than this one, so it is asked last.
 */
@ApiStreamPath()
@Controller()
export class PlainStreamsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: QueryBus,
    private readonly reads: StreamReads,
    private readonly access: StreamAccess,
    private readonly subjects: Subjects,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Head('*')
  @ApiStreamHead()
  async head(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const target = this.target(request);
    if (target.class !== 'plain') {
      await this.opener(request, target)?.();
      return this.reads.head(this.guarded(target, request), reply);
    }
    const opened = await this.queries.execute(new OpenStreamQuery(callerOf(request), target.path, 'not-as-use'));
    this.answer(reply, described(opened));
  }

  @Get('*')
  @ApiStreamRead()
  async read(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const target = this.target(request);
    const query = parseReadQuery(request.raw.url ?? '');
    const open = this.opener(request, target);
    await this.reads.read({ ...this.guarded(target, request), ...present({ open }) }, query, request, reply);
  }

  @Put('*')
  @ApiStreamCreate()
  @RouteConfig({ limit: 'stream' })
  async create(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const { path, class: pathClass } = this.writable(request);
    const config = streamConfig(request);
    if (pathClass === 'shared-state') assertLasting(config);
    const body = request.body ?? EMPTY;
    const answer = await whileHeld(request, () =>
      this.commands.execute(
        new CreateStreamCommand(callerOf(request), path, config, bodyReader(body), ownerOf(request)),
      ),
    );
    const url = `${request.protocol}://${request.host}${rawPath(request.raw.url ?? '')}`;
    this.acknowledge(reply, created(answer, url));
  }

  @Post('*')
  @ApiStreamAppend()
  @RouteConfig({ limit: 'stream' })
  append(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    return whileHeld(request, () => this.appendTo(request, reply));
  }

  private async appendTo(request: GatewayRequest, reply: GatewayReply): Promise<void> {
    const { path } = this.writable(request);
    const producer = producerOf(request);
    const streamSeq = streamSeqOf(request);
    const body = request.body ?? EMPTY;
    const contentType = request.sentContentType;
    const { sent, problem } = await bodyReader(body)(contentType ?? '');
    const asked: AppendRequest = {
      hasBody: body.length > 0,
      close: isTrue(header(request, HEADERS.closed)),
      contentType,
      bodyProblem: problem,
      producer,
      streamSeq,
    };
    try {
      const command = new AppendToStreamCommand(callerOf(request), path, asked, sent, ownerOf(request));
      const answer = await this.commands.execute(command);
      this.acknowledge(reply, appended(answer, producer, asked.hasBody));
    } catch (error) {
      throw appendError(error);
    }
  }

  @Delete('*')
  @ApiStreamDelete()
  async remove(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const { path, class: pathClass } = this.writable(request);
    if (pathClass === 'shared-state')
      throw new ApiError('UNAUTHORIZED', 'a shared state stays as long as the entities it belongs to');
    await this.commands.execute(new DeleteStreamCommand(callerOf(request), path));
    this.acknowledge(reply, { status: 204, headers: {} });
  }

  /** Of a shared state all is refused that is not described; of any other stream it is no route at all. */
  @Patch(['_electric/shared-state/*', 'v1/stream/_electric/shared-state/*'])
  @ApiExcludeEndpoint()
  change(): never {
    throw new ApiError('UNAUTHORIZED', 'a shared state is only ever written to its end');
  }

  private target(request: GatewayRequest): StreamTarget {
    return targetOf(request.raw.url ?? '/');
  }

  /** What a read does to a stream that is there only as long as somebody uses it. */
  private opener(
    request: GatewayRequest,
    { class: pathClass, path }: StreamTarget,
  ): (() => Promise<OpenedForReading>) | undefined {
    if (pathClass === 'plain')
      return async () => {
        const opened = await this.queries.execute(new OpenStreamQuery(callerOf(request), path, 'as-use'));
        return { end: opened.end, forMs: openFor(opened) };
      };
    const ref = refOfPath(path);
    if (ref === undefined) return undefined;
    return async () => {
      await this.queries.execute(new ObserveMembershipQuery(callerOf(request), ref));
      return { forMs: OBSERVE_EVERY_MS };
    };
  }

  private writable(request: GatewayRequest): StreamTarget {
    const target = this.target(request);
    if (target.class === 'plain' || target.class === 'shared-state') return target;
    if (target.class === 'attachment' && request.method === 'POST')
      throw new ApiError('UNAUTHORIZED', 'attachments are added through their entity');
    throw new ApiError('FORBIDDEN', 'this stream is written by the server only');
  }

  /** What may be read, and by whom. */
  private guarded(target: StreamTarget, request: GatewayRequest): ReadTarget {
    return { subject: this.subject(target), ...present({ right: this.rightTo(target, request) }) };
  }

  private rightTo({ path, class: pathClass }: StreamTarget, request: GatewayRequest): ReadRight | undefined {
    const caller = callerOf(request);
    switch (pathClass) {
      case 'shared-state':
        return this.access.sharedState(caller, path, ownerOf(request));
      case 'attachment': {
        const [type = '', id = ''] = path.split('/');
        return this.access.attachment(caller, entityAddress(type, id), path);
      }
      case 'entity': {
        const address = entityOfMainPath(path);
        return address && this.access.main(caller, address);
      }
      default:
        return undefined;
    }
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
