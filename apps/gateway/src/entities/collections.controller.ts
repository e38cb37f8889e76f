import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Commands, WriteCollectionCommand, type Caller } from '@app/application';
import { CollectionKeyDto, CollectionRowDto } from '@app/contracts';
import type { EntityAddress, JsonObject } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { Address, RawSegment, MEMBER } from '../http/params.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readCollectionRow } from '../validation/compiled-body.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';

/** Rows of the collections that a type opens to clients, such as comments. */
@ApiTags('entities')
@Controller(['v1/entities/:type/:id/collections/:collection', '_electric/entities/:type/:id/collections/:collection'])
export class CollectionsController {
  constructor(
    private readonly commands: Commands,
    private readonly bodies: TargetedBodies,
  ) {}

  @Post()
  @Writes('send')
  @ApiAddress()
  @ApiParam({ name: 'collection' })
  @ApiBody({ type: CollectionRowDto })
  @ApiCreatedResponse({ type: CollectionKeyDto, description: 'inserted' })
  @ApiOkResponse({ type: CollectionKeyDto, description: 'updated or deleted' })
  @ApiErrors(
    'INVALID_REQUEST',
    'FORBIDDEN',
    'NOT_FOUND',
    'NOT_RUNNING',
    'SCHEMA_VALIDATION_FAILED',
    'UNKNOWN_EVENT_TYPE',
  )
  async write(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @RawSegment(MEMBER) collection: string,
    @Req() { body }: GatewayRequest,
    @Res({ passthrough: true }) reply: GatewayReply,
  ): Promise<CollectionKeyDto> {
    const { operation, key, value } = await this.bodies.forEntity(caller, address, () => readCollectionRow(body));
    const row = { operation, ...present({ key, value: value as JsonObject | undefined }) };
    const written = await this.commands.execute(new WriteCollectionCommand(caller, address, collection, row));
    reply.code(operation === 'insert' ? 201 : 200);
    return written;
  }
}
