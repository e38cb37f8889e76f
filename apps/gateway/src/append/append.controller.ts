import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Commands, AppendEventsCommand } from '@app/application';
import { HEADERS } from '@app/contracts';
import type { AppendRequest } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { callerOf } from '../auth/caller.js';
import { ApiClientKey } from '../docs/api-client-key.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { mainAddress } from '../http/params.js';
import { bearerToken, header, type GatewayReply, type GatewayRequest } from '../http/request.js';
import { accepted, appendError } from './append-answer.js';
import { sentAppend } from './sent-append.js';

/** Writes of agents to their main stream. */
@ApiTags('streams')
@Controller([':type/:id/main', 'v1/stream/:type/:id/main'])
export class AppendController {
  constructor(
    private readonly commands: Commands,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Post()
  @RouteConfig({ limit: 'append' })
  @ApiClientKey()
  @ApiBearerAuth()
  @ApiAddress()
  @ApiHeader({ name: HEADERS.producerId, required: false })
  @ApiHeader({ name: HEADERS.producerEpoch, required: false })
  @ApiHeader({ name: HEADERS.producerSeq, required: false })
  @ApiHeader({ name: HEADERS.streamSeq, required: false })
  @ApiBody({ description: 'one event, or an array of them', schema: {} })
  @ApiNoContentResponse({ description: 'appended, or a duplicate of a producer' })
  @ApiOkResponse({ description: 'appended for a producer' })
  @ApiErrors(
    'INVALID_REQUEST',
    'UNAUTHORIZED',
    'FORBIDDEN',
    'NOT_FOUND',
    'UNKNOWN_ENTITY_TYPE',
    'NOT_RUNNING',
    'STREAM_CONFLICT',
    'SCHEMA_VALIDATION_FAILED',
    'UNKNOWN_EVENT_TYPE',
  )
  async append(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    const { items, problem, producer, streamSeq, malformed } = sentAppend(request);
    const asked: AppendRequest = {
      hasBody: (request.body?.length ?? 0) > 0,
      ...present({
        contentType: request.sentContentType,
        malformed,
        bodyProblem: problem,
        producer,
        streamSeq,
        close: header(request, HEADERS.closed)?.toLowerCase() === 'true' ? true : undefined,
      }),
    };
    const command = new AppendEventsCommand(
      callerOf(request),
      mainAddress(request),
      bearerToken(request),
      asked,
      items,
    );
    try {
      const { status, headers } = accepted(await this.commands.execute(command), producer);
      await reply.code(status).headers(headers).header(HEADERS.durability, this.settings.durability).send();
    } catch (error) {
      throw appendError(error);
    }
  }
}
