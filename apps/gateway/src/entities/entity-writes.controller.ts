import { Controller, Delete, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Commands, SendMessageCommand, SignalEntityCommand, TagEntityCommand, type Caller } from '@app/application';
import { ApiError, ChangedEntityDto, SendDto, SignalDto, SignalledDto, TagDto, UnitTxidDto } from '@app/contracts';
import type { EntityAddress, Json } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { Address, DecodedSegment, MEMBER } from '../http/params.js';
import { bearerToken, type GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readSend } from '../validation/compiled-body.js';
import { readDto } from '../validation/read-dto.js';
import { TargetedBodies } from '../validation/targeted-bodies.js';

@ApiTags('entities')
@Controller(['v1/entities/:type/:id', '_electric/entities/:type/:id'])
export class EntityWritesController {
  constructor(
    private readonly commands: Commands,
    private readonly bodies: TargetedBodies,
  ) {}

  @Post('send')
  @Writes('send')
  @HttpCode(200)
  @ApiAddress()
  @ApiBody({ type: SendDto })
  @ApiOkResponse({ type: UnitTxidDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'NOT_RUNNING', 'SCHEMA_VALIDATION_FAILED', 'UNKNOWN_MESSAGE_TYPE')
  async send(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() request: GatewayRequest,
  ): Promise<UnitTxidDto> {
    const body = await this.bodies.forEntity(caller, address, () => readMessage(request.body));
    const { key, type, mode, position, from, from_principal, from_agent } = body;
    const payload = Object.hasOwn(body, 'payload') ? (body.payload as Json) : undefined;
    const message = { payload, ...present({ key, type, mode, position }) };
    const sender = present({
      from,
      fromPrincipal: from_principal,
      fromAgent: from_agent,
      token: bearerToken(request),
    });
    return this.commands.execute(new SendMessageCommand(caller, address, message, sender));
  }

  @Post('signal')
  @Writes('control')
  @HttpCode(200)
  @ApiAddress()
  @ApiBody({ type: SignalDto })
  @ApiOkResponse({ type: SignalledDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'INVALID_SIGNAL')
  async signal(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() request: GatewayRequest,
  ): Promise<SignalledDto> {
    const dto = await this.bodies.forEntity(caller, address, () => readDto(SignalDto, request.body));
    const { signal, reason } = dto;
    const asked = { signal, ...present({ reason, payload: dto.payload as Json | undefined }) };
    return this.commands.execute(new SignalEntityCommand(caller, address, asked));
  }

  @Post('tags/:tagKey')
  @Writes('control')
  @HttpCode(200)
  @ApiAddress()
  @ApiParam({ name: 'tagKey' })
  @ApiBody({ type: TagDto })
  @ApiOkResponse({ type: ChangedEntityDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'NOT_RUNNING')
  async tag(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @DecodedSegment(MEMBER) key: string,
    @Req() request: GatewayRequest,
  ): Promise<ChangedEntityDto> {
    const { value } = await this.bodies.forEntity(caller, address, () => readDto(TagDto, request.body));
    return this.commands.execute(new TagEntityCommand(caller, address, key, value));
  }

  @Delete('tags/:tagKey')
  @Writes('control')
  @ApiAddress()
  @ApiParam({ name: 'tagKey' })
  @ApiOkResponse({ type: ChangedEntityDto })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'NOT_RUNNING')
  async untag(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @DecodedSegment(MEMBER) key: string,
  ): Promise<ChangedEntityDto> {
    return this.commands.execute(new TagEntityCommand(caller, address, key, undefined));
  }
}

const readMessage = (body: Buffer | undefined): SendDto => {
  const message = readSend(body);
  if ((message.afterMs ?? 0) > 0) throw new ApiError('NOT_SUPPORTED', 'afterMs is not supported yet');
  return message;
};
