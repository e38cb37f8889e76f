import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Commands, EnsureMembershipCommand, type Caller } from '@app/application';
import { ObservedEntitiesDto, ObserveEntitiesDto } from '@app/contracts';
import { CallerOf } from '../auth/caller.js';
import { ApiErrors } from '../docs/api-decorators.js';
import type { GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readDto } from '../validation/read-dto.js';

/** Streams that show something about other streams. */
@ApiTags('observations')
@Controller(['v1/observations', '_electric/observations'])
export class ObservationsController {
  constructor(private readonly commands: Commands) {}

  /**
   * A stream of the entities with these tags that the caller may read: one event for each that comes, changes or leaves.
   * The same question has the same stream.
   */
  @Post('entities/ensure-stream')
  @Writes('control')
  @HttpCode(200)
  @ApiBody({ type: ObserveEntitiesDto, required: false })
  @ApiOkResponse({ type: ObservedEntitiesDto })
  @ApiErrors('INVALID_REQUEST')
  async entities(@CallerOf() caller: Caller, @Req() { body }: GatewayRequest): Promise<ObservedEntitiesDto> {
    const { tags = {} } = readDto(ObserveEntitiesDto, body);
    return this.commands.execute(new EnsureMembershipCommand(caller, tags));
  }
}
