import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HealthDto, LivenessDto, ReadinessDto } from '@app/contracts';
import { HealthRegistry } from '@app/platform';

const UNAVAILABLE = 503;

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  /** What clients of the contract ask; says only that requests are answered. */
  @Get(['v1/health', '_electric/health'])
  @HttpCode(200)
  @ApiOkResponse({ type: HealthDto })
  check(): HealthDto {
    return { status: 'ok' };
  }

  @Get('health/live')
  @ApiOkResponse({ type: LivenessDto })
  @ApiServiceUnavailableResponse({ type: LivenessDto })
  live(@Res({ passthrough: true }) reply: FastifyReply): LivenessDto {
    const { live } = this.health.snapshot();
    if (!live) void reply.code(UNAVAILABLE);
    return { live };
  }

  /** Names every part that is not ready. */
  @Get('health/ready')
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto })
  ready(@Res({ passthrough: true }) reply: FastifyReply): ReadinessDto {
    const { ready, parts } = this.health.snapshot();
    if (!ready) void reply.code(UNAVAILABLE);
    return { ready, parts: { ...parts } };
  }
}
