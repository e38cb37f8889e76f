import { Controller, Delete, Get, HttpCode, Inject, Put, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import {
  Commands,
  GetEntityQuery,
  GetTypeQuery,
  ListEntitiesQuery,
  SignalEntityCommand,
  SpawnEntityCommand,
  type Caller,
} from '@app/application';
import { ApiError, ChangedEntityDto, EntityDto, LogTxidDto, ReadEntityDto, SpawnDto } from '@app/contracts';
import { DomainError, PRINCIPAL_TYPE, type EntityAddress } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { ApiMinPosition, ApiPages } from '../docs/api-paging.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { enoughOf, linkNext, pageOf, tellPosition } from '../http/paging.js';
import { Address, queryOf } from '../http/params.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readSpawn } from '../validation/compiled-body.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';
import { checksWakes } from '../wakes/checks-wakes.js';
import { entityFilter } from './entity-filter.js';
import { spawnRequest } from './spawn-request.js';

const SORTS = ['created_at', 'updated_at', 'url'] as const;
const NEWEST_FIRST = { by: 'created_at', descending: true } as const;

@ApiTags('entities')
@Controller(['v1/entities', '_electric/entities'])
export class EntitiesController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: QueryBus,
    private readonly bodies: TargetedBodies,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /**
   * Those the principal may read, newest first; includes everything acknowledged before. In pages: the header `Link` says
   * where the next one is.
   */
  @Get()
  @ApiQuery({ name: 'type', required: false })
  @ApiQuery({ name: 'status', required: false })
  @ApiQuery({ name: 'parent', required: false })
  @ApiQuery({ name: 'created_by', required: false })
  @ApiQuery({
    name: 'tag',
    required: false,
    style: 'deepObject',
    explode: true,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
    description: '`tag[color]=red`: has this tag with this value; all of them',
  })
  @ApiPages(SORTS)
  @ApiMinPosition()
  @ApiOkResponse({ type: [EntityDto] })
  @ApiErrors('INVALID_REQUEST', 'UNAVAILABLE')
  async list(
    @CallerOf() caller: Caller,
    @Req() request: GatewayRequest,
    @Res({ passthrough: true }) reply: GatewayReply,
  ): Promise<string> {
    const query = queryOf(request);
    const page = pageOf(request, query, { names: SORTS, usual: NEWEST_FIRST });
    const { sort, limit, after } = page;
    const listing = {
      ...entityFilter(query),
      sort,
      ...present({ limit, after: after && { url: after.name, ...present({ value: after.value }) } }),
    };
    const listed = await this.queries.execute(new ListEntitiesQuery(caller, listing, enoughOf(request)));
    const { json, next, position } = listed;
    linkNext(reply, query, sort, next && { name: next.url, ...present({ value: next.value }) });
    tellPosition(reply, position);
    void reply.header('content-type', 'application/json; charset=utf-8');
    return `[${json.join(',')}]`;
  }

  @Put(':type/:id')
  @Writes('send')
  @HttpCode(201)
  @ApiAddress()
  @ApiBody({ type: SpawnDto, required: false })
  @ApiCreatedResponse({ type: ChangedEntityDto })
  @ApiErrors(
    'INVALID_REQUEST',
    'UNKNOWN_ENTITY_TYPE',
    'NOT_FOUND',
    'DUPLICATE_URL',
    'SCHEMA_VALIDATION_FAILED',
    'UNKNOWN_MESSAGE_TYPE',
  )
  async spawn(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() { body, raw }: GatewayRequest,
  ): Promise<ChangedEntityDto> {
    if (address.type === PRINCIPAL_TYPE)
      throw new ApiError('INVALID_REQUEST', 'the entity of a principal is made by the server');
    const checkWake = checksWakes(this.settings.mode, raw.url);
    const request = await this.bodies.forSpawn(caller, address, () => spawnRequest(readSpawn(body), { checkWake }));
    return this.commands.execute(new SpawnEntityCommand(caller, address, request));
  }

  @Get(':type/:id')
  @ApiAddress()
  @ApiOkResponse({ type: ReadEntityDto })
  @ApiErrors('NOT_FOUND', 'UNKNOWN_ENTITY_TYPE')
  async get(@CallerOf() caller: Caller, @Address() address: EntityAddress): Promise<ReadEntityDto> {
    // At the same time, since each waits for a log of its own.
    const [view, writable] = await Promise.all([
      this.queries.execute(new GetEntityQuery(caller, address)),
      this.writableCollections(caller, address),
    ]);
    return { ...view, ...writable };
  }

  /** The older way to say SIGKILL. */
  @Delete(':type/:id')
  @Writes('control')
  @ApiAddress()
  @ApiOkResponse({ type: LogTxidDto })
  @ApiErrors('NOT_FOUND', 'UNKNOWN_ENTITY_TYPE', 'INVALID_SIGNAL')
  async kill(@CallerOf() caller: Caller, @Address() address: EntityAddress): Promise<LogTxidDto> {
    const signal = { signal: 'SIGKILL', reason: 'legacy kill' } as const;
    const { txid } = await this.commands.execute(new SignalEntityCommand(caller, address, signal, 'delete'));
    return { txid };
  }

  private async writableCollections(
    caller: Caller,
    { type }: EntityAddress,
  ): Promise<Pick<ReadEntityDto, 'externally_writable_collections'>> {
    try {
      const { externally_writable_collections } = await this.queries.execute(new GetTypeQuery(caller, type));
      return externally_writable_collections === undefined ? {} : { externally_writable_collections };
    } catch (error) {
      // The type was deleted; its entities live on.
      if (error instanceof DomainError && error.code === 'NOT_FOUND') return {};
      throw error;
    }
  }
}
