import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { RegisterWakeCommand, RequireWakeAccessQuery, UnregisterWakeCommand } from '@app/application';
import { RegisterWakeDto, UnregisterWakeDto } from '@app/contracts';
import { present } from '@app/domain/kernel/present.js';
import { callerOf } from '../auth/caller.js';
import { ApiErrors } from '../docs/api-decorators.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import type { GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readDto } from '../validation/read-dto.js';
import { checksWakes } from './checks-wakes.js';
import { refuseTimers } from './refuse-timers.js';

@ApiTags('wakes')
@Controller(['v1/wake', '_electric/wake'])
export class WakesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Post()
  @Writes('control')
  @HttpCode(204)
  @ApiBody({ type: RegisterWakeDto })
  @ApiNoContentResponse()
  @ApiErrors('INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND')
  async register(@Req() request: GatewayRequest): Promise<void> {
    const dto = readDto(RegisterWakeDto, request.body);
    refuseTimers(dto);
    const { subscriberUrl, sourceUrl, condition, includeResponse, manifestKey } = dto;
    await this.check(request, { subscriberUrl, sourceUrl });
    const asked = { subscriberUrl, sourceUrl, condition, ...present({ includeResponse, manifestKey }) };
    await this.commands.execute(new RegisterWakeCommand(callerOf(request), asked));
  }

  @Post('unregister')
  @Writes('control')
  @HttpCode(204)
  @ApiBody({ type: UnregisterWakeDto })
  @ApiNoContentResponse()
  @ApiErrors('INVALID_REQUEST', 'INVALID_WAKE_UNREGISTER', 'UNAUTHORIZED', 'NOT_FOUND')
  async unregister(@Req() request: GatewayRequest): Promise<void> {
    const { subscriberUrl, sourceUrl, manifestKey } = readDto(UnregisterWakeDto, request.body);
    await this.check(request, { subscriberUrl });
    const asked = { subscriberUrl, ...present({ sourceUrl, manifestKey }) };
    await this.commands.execute(new UnregisterWakeCommand(callerOf(request), asked));
  }

  private async check(request: GatewayRequest, urls: RequireWakeAccessQuery['urls']): Promise<void> {
    if (checksWakes(this.settings.mode, request.raw.url))
      await this.queries.execute(new RequireWakeAccessQuery(callerOf(request), urls));
  }
}
