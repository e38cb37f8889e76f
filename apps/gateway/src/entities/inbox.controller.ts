import { Controller, Delete, Patch, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Commands, ChangeMessageCommand, type Caller } from '@app/application';
import { EditMessageDto, UnitTxidDto } from '@app/contracts';
import type { EntityAddress, Json } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { Address, DecodedSegment, MEMBER } from '../http/params.js';
import type { GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readEditMessage } from '../validation/compiled-body.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';

/** Messages that wait in an inbox. Whether there is one with the key is not looked at. */
@ApiTags('entities')
@Controller(['v1/entities/:type/:id/inbox/:messageKey', '_electric/entities/:type/:id/inbox/:messageKey'])
export class InboxController {
  constructor(
    private readonly commands: Commands,
    private readonly bodies: TargetedBodies,
  ) {}

  @Patch()
  @Writes('send')
  @ApiAddress()
  @ApiParam({ name: 'messageKey' })
  @ApiBody({ type: EditMessageDto })
  @ApiOkResponse({ type: UnitTxidDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'NOT_RUNNING')
  async edit(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @DecodedSegment(MEMBER) key: string,
    @Req() { body }: GatewayRequest,
  ): Promise<UnitTxidDto> {
    const asked = await this.bodies.forEntity(caller, address, () => readEditMessage(body));
    const { position, mode, status } = asked;
    const payload = asked.payload as Json | undefined;
    return this.commands.execute(
      new ChangeMessageCommand(caller, address, key, present({ payload, position, mode, status })),
    );
  }

  @Delete()
  @Writes('control')
  @ApiAddress()
  @ApiParam({ name: 'messageKey' })
  @ApiOkResponse({ type: UnitTxidDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'NOT_RUNNING')
  async remove(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @DecodedSegment(MEMBER) key: string,
  ): Promise<UnitTxidDto> {
    return this.commands.execute(new ChangeMessageCommand(caller, address, key, undefined));
  }
}
