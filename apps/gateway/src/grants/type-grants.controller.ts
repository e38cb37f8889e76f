import { Controller, Delete, Get, HttpCode, Post, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { GrantTypeCommand, ListTypeGrantsQuery, RevokeTypeGrantCommand, type Caller } from '@app/application';
import { TypeGrantDto, TypeGrantInputDto, TypeGrantsDto } from '@app/contracts';
import { CallerOf } from '../auth/caller.js';
import { ApiErrors } from '../docs/api-decorators.js';
import { RawSegment, TYPE_MEMBER } from '../http/params.js';
import type { GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readTypeGrant } from '../validation/compiled-body.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';
import { askedTypeGrant, grantId } from './asked-grant.js';
import { typeGrantDto } from './grant-answer.js';

const NAME = 2;

/** Who may spawn entities of a type, and who may change the type. Types have no owner. */
@ApiTags('grants')
@Controller(['v1/entity-types/:name/grants', '_electric/entity-types/:name/grants'])
export class TypeGrantsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly bodies: TargetedBodies,
  ) {}

  /** By id; without those that have expired. */
  @Get()
  @ApiParam({ name: 'name' })
  @ApiOkResponse({ type: TypeGrantsDto })
  @ApiErrors('UNAUTHORIZED', 'NOT_FOUND')
  async list(@CallerOf() caller: Caller, @RawSegment(NAME) name: string): Promise<TypeGrantsDto> {
    const grants = await this.queries.execute(new ListTypeGrantsQuery(caller, name));
    return { grants: grants.map((grant) => typeGrantDto(name, grant)) };
  }

  /** Always a grant of its own, also beside an equal one. */
  @Post()
  @Writes('control')
  @HttpCode(201)
  @ApiParam({ name: 'name' })
  @ApiBody({ type: TypeGrantInputDto })
  @ApiCreatedResponse({ type: TypeGrantDto })
  @ApiErrors('INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND')
  async give(
    @CallerOf() caller: Caller,
    @RawSegment(NAME) name: string,
    @Req() { body }: GatewayRequest,
  ): Promise<TypeGrantDto> {
    const asked = await this.bodies.forType(caller, name, () => askedTypeGrant(readTypeGrant(body)));
    return typeGrantDto(name, await this.commands.execute(new GrantTypeCommand(caller, name, asked)));
  }

  @Delete(':grantId')
  @Writes('control')
  @HttpCode(204)
  @ApiParam({ name: 'name' })
  @ApiParam({ name: 'grantId' })
  @ApiNoContentResponse()
  @ApiErrors('INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND')
  async revoke(
    @CallerOf() caller: Caller,
    @RawSegment(NAME) name: string,
    @RawSegment(TYPE_MEMBER) segment: string,
  ): Promise<void> {
    const id = await this.bodies.forType(caller, name, () => grantId(segment));
    await this.commands.execute(new RevokeTypeGrantCommand(caller, name, id));
  }
}
