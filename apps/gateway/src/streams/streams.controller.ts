import { Controller, Delete, Get, Head, Inject, Put, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Subjects } from '@app/application';
import { ApiError } from '@app/contracts';
import { entityAddress } from '@app/domain';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../gateway.parts.js';
import { rawSegments } from '../http/raw-path.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { parseReadQuery } from './read-query.js';
import { StreamReads } from './stream-reads.js';

/** Main streams of entities, under both addresses of one stream. They belong to the entity: nobody creates or deletes them. */
@ApiExcludeController()
@Controller([':type/:id/main', 'v1/stream/:type/:id/main'])
export class StreamsController {
  constructor(
    private readonly reads: StreamReads,
    private readonly subjects: Subjects,
    @Inject(GATEWAY_SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  @Head()
  head(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    return this.reads.head(this.subject(request), reply);
  }

  @Get()
  read(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    return this.reads.read({ subject: this.subject(request) }, parseReadQuery(request.raw.url ?? ''), request, reply);
  }

  @Put()
  create(): never {
    throw new ApiError('FORBIDDEN', 'the main stream of an entity is made by spawning it');
  }

  @Delete()
  remove(): never {
    throw new ApiError('FORBIDDEN', 'the main stream of an entity is never deleted');
  }

  private subject(request: GatewayRequest): string {
    const [type = '', id = ''] = rawSegments(request.raw.url ?? '').slice(-3);
    return this.subjects.stream(this.settings.tenant, entityAddress(type, id).mainPath);
  }
}
