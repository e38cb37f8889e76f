import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { RegisterWakeCommand, UnregisterWakeCommand } from '@app/application';
import { RegisterWakeDto, UnregisterWakeDto } from '@app/contracts';
import { present } from '@app/domain/kernel/present.js';
import { ApiErrors } from '../docs/api-decorators.js';
import type { GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readDto } from '../validation/read-dto.js';
import { refuseTimers } from './refuse-timers.js';

@ApiTags('wakes')
@Controller(['v1/wake', '_electric/wake'])
export class WakesController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Writes('control')
  @HttpCode(204)
  @ApiBody({ type: RegisterWakeDto })
  @ApiNoContentResponse()
  @ApiErrors('INVALID_REQUEST')
  async register(@Req() { tenant, body }: GatewayRequest): Promise<void> {
    const dto = readDto(RegisterWakeDto, body);
    refuseTimers(dto);
    const { subscriberUrl, sourceUrl, condition, includeResponse, manifestKey } = dto;
    const request = { subscriberUrl, sourceUrl, condition, ...present({ includeResponse, manifestKey }) };
    await this.commands.execute(new RegisterWakeCommand(tenant, request));
  }

  @Post('unregister')
  @Writes('control')
  @HttpCode(204)
  @ApiBody({ type: UnregisterWakeDto })
  @ApiNoContentResponse()
  @ApiErrors('INVALID_REQUEST', 'INVALID_WAKE_UNREGISTER')
  async unregister(@Req() { tenant, body }: GatewayRequest): Promise<void> {
    const { subscriberUrl, sourceUrl, manifestKey } = readDto(UnregisterWakeDto, body);
    const request = { subscriberUrl, ...present({ sourceUrl, manifestKey }) };
    await this.commands.execute(new UnregisterWakeCommand(tenant, request));
  }
}
