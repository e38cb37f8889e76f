import { Controller, Delete, Get, HttpCode, Patch, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AmendSchemasCommand,
  DeleteTypeCommand,
  GetTypeQuery,
  ListTypesQuery,
  RegisterTypeCommand,
  type Caller,
} from '@app/application';
import { AmendSchemasDto, EntityTypeDto, RegisterEntityTypeDto } from '@app/contracts';
import type { Schemas } from '@app/domain/entity-type/entity-type.document.js';
import { present } from '@app/domain/kernel/present.js';
import { CallerOf } from '../auth/caller.js';
import { ApiErrors } from '../docs/api-decorators.js';
import { ApiPages } from '../docs/api-paging.js';
import { askedTypeGrant } from '../grants/asked-grant.js';
import { linkNext, pageOf } from '../http/paging.js';
import { queryOf, RawSegment } from '../http/params.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readDto } from '../validation/read-dto.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';
import { registrationOf } from './registration.js';
import { typePage, TYPE_SORTS as SORTS } from './type-page.js';

const NAME = 2;
const BY_NAME = { by: 'name', descending: false } as const;

@ApiTags('entity types')
@Controller(['v1/entity-types', '_electric/entity-types'])
export class EntityTypesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly bodies: TargetedBodies,
  ) {}

  /** Registers a type, which everybody may, or replaces it, for whom it is to manage: 201 in both cases. */
  @Post()
  @Writes('control')
  @HttpCode(201)
  @ApiBody({ type: RegisterEntityTypeDto })
  @ApiCreatedResponse({ type: EntityTypeDto })
  @ApiErrors(
    'INVALID_REQUEST',
    'SCHEMA_VALIDATION_FAILED',
    'SERVE_ENDPOINT_NAME_MISMATCH',
    'SERVE_ENDPOINT_UNREACHABLE',
  )
  async register(@CallerOf() caller: Caller, @Req() { body }: GatewayRequest): Promise<EntityTypeDto> {
    const dto = readDto(RegisterEntityTypeDto, body);
    const grants = (dto.permission_grants ?? []).map(askedTypeGrant);
    return this.commands.execute(new RegisterTypeCommand(caller, registrationOf(dto), grants));
  }

  /** Those the principal may spawn, ordered by name. In pages: the header `Link` says where the next one is. */
  @Get()
  @ApiPages(SORTS)
  @ApiOkResponse({ type: [EntityTypeDto] })
  @ApiErrors('INVALID_REQUEST')
  async list(
    @CallerOf() caller: Caller,
    @Req() request: GatewayRequest,
    @Res({ passthrough: true }) reply: GatewayReply,
  ): Promise<readonly EntityTypeDto[]> {
    const query = queryOf(request);
    const page = pageOf(request, query, { names: SORTS, usual: BY_NAME });
    const { entries, next } = typePage(await this.queries.execute(new ListTypesQuery(caller)), page);
    linkNext(reply, query, page.sort, next);
    return entries;
  }

  @Get(':name')
  @ApiParam({ name: 'name' })
  @ApiOkResponse({ type: EntityTypeDto })
  @ApiErrors('NOT_FOUND')
  async get(@CallerOf() caller: Caller, @RawSegment(NAME) name: string): Promise<EntityTypeDto> {
    return this.queries.execute(new GetTypeQuery(caller, name, 'spawn'));
  }

  /** Its entities live on with the schemas they were spawned with. */
  @Delete(':name')
  @Writes('control')
  @HttpCode(204)
  @ApiParam({ name: 'name' })
  @ApiNoContentResponse()
  @ApiErrors('NOT_FOUND', 'INVALID_REQUEST')
  async delete(@CallerOf() caller: Caller, @RawSegment(NAME) name: string): Promise<void> {
    await this.commands.execute(new DeleteTypeCommand(caller, name));
  }

  /** Adds schemas; reaches entities that exist. */
  @Patch(':name/schemas')
  @Writes('control')
  @ApiParam({ name: 'name' })
  @ApiBody({ type: AmendSchemasDto })
  @ApiOkResponse({ type: EntityTypeDto })
  @ApiErrors('NOT_FOUND', 'INVALID_REQUEST', 'SCHEMA_KEY_EXISTS')
  async amend(
    @CallerOf() caller: Caller,
    @RawSegment(NAME) name: string,
    @Req() { body }: GatewayRequest,
  ): Promise<EntityTypeDto> {
    const dto = await this.bodies.forType(caller, name, () => readDto(AmendSchemasDto, body));
    const schemas = present({
      inbox_schemas: dto.inbox_schemas as Schemas | undefined,
      state_schemas: dto.state_schemas as Schemas | undefined,
    });
    return this.commands.execute(new AmendSchemasCommand(caller, name, schemas));
  }
}
