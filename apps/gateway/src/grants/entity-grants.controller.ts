import { Controller, Delete, Get, HttpCode, Post, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Commands, GiveGrantCommand, ListGrantsQuery, RevokeGrantCommand, type Caller } from '@app/application';
import { EntityGrantDto, EntityGrantInputDto, EntityGrantsDto } from '@app/contracts';
import type { EntityAddress } from '@app/domain';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { Address, MEMBER, RawSegment } from '../http/params.js';
import type { GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readEntityGrant } from '../validation/compiled-body.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';
import { askedEntityGrant, grantId } from './asked-grant.js';
import { entityGrantDto } from './grant-answer.js';

/** Who may do what with an entity, besides its owner. Whoever manages the entity grants and revokes. */
@ApiTags('grants')
@Controller(['v1/entities/:type/:id/grants', '_electric/entities/:type/:id/grants'])
export class EntityGrantsController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: QueryBus,
    private readonly bodies: TargetedBodies,
  ) {}

  /** By id; without those that have expired, and without what ancestors grant. */
  @Get()
  @ApiAddress()
  @ApiOkResponse({ type: EntityGrantsDto })
  @ApiErrors('UNAUTHORIZED', 'NOT_FOUND', 'UNKNOWN_ENTITY_TYPE')
  async list(@CallerOf() caller: Caller, @Address() address: EntityAddress): Promise<EntityGrantsDto> {
    const grants = await this.queries.execute(new ListGrantsQuery(caller, address));
    return { grants: grants.map((grant) => entityGrantDto(address.url, grant)) };
  }

  /** Always a grant of its own, also beside an equal one; in every status of the entity. */
  @Post()
  @Writes('control')
  @HttpCode(201)
  @ApiAddress()
  @ApiBody({ type: EntityGrantInputDto })
  @ApiCreatedResponse({ type: EntityGrantDto })
  @ApiErrors('INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND', 'UNKNOWN_ENTITY_TYPE')
  async give(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() { body }: GatewayRequest,
  ): Promise<EntityGrantDto> {
    const asked = await this.bodies.forEntity(caller, address, () => askedEntityGrant(readEntityGrant(body)));
    return entityGrantDto(address.url, await this.commands.execute(new GiveGrantCommand(caller, address, asked)));
  }

  @Delete(':grantId')
  @Writes('control')
  @HttpCode(204)
  @ApiAddress()
  @ApiParam({ name: 'grantId' })
  @ApiNoContentResponse()
  @ApiErrors('INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND', 'UNKNOWN_ENTITY_TYPE')
  async revoke(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @RawSegment(MEMBER) segment: string,
  ): Promise<void> {
    const id = await this.bodies.forEntity(caller, address, () => grantId(segment));
    await this.commands.execute(new RevokeGrantCommand(caller, address, id));
  }
}
