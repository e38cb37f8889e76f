import { Controller, Delete, Get, Head, Put, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { StreamAccess, Subjects } from '@app/application';
import { ApiError } from '@app/contracts';
import { present } from '@app/domain/kernel/present.js';
import { callerOf } from '../auth/caller.js';
import { ApiAddress } from '../docs/api-decorators.js';
import { ApiMainStreamHead, ApiStreamRead } from '../docs/stream-decorators.js';
import { mainAddress } from '../http/params.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { parseReadQuery } from './read-query.js';
import { StreamReads, type ReadTarget } from './stream-reads.js';

/** Main streams of entities, under both addresses of one stream. They belong to the entity: nobody creates or deletes them. */
@ApiTags('streams')
@Controller([':type/:id/main', 'v1/stream/:type/:id/main'])
export class StreamsController {
  constructor(
    private readonly reads: StreamReads,
    private readonly subjects: Subjects,
    private readonly access: StreamAccess,
  ) {}

  @Head()
  @ApiAddress()
  @ApiMainStreamHead()
  head(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    return this.reads.head(this.target(request), reply);
  }

  @Get()
  @ApiAddress()
  @ApiStreamRead()
  read(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    return this.reads.read(this.target(request), parseReadQuery(request.raw.url ?? ''), request, reply);
  }

  @Put()
  @ApiExcludeEndpoint()
  create(): never {
    throw new ApiError('FORBIDDEN', 'the main stream of an entity is made by spawning it');
  }

  @Delete()
  @ApiExcludeEndpoint()
  remove(): never {
    throw new ApiError('FORBIDDEN', 'the main stream of an entity is never deleted');
  }

  private target(request: GatewayRequest): ReadTarget {
    const address = mainAddress(request);
    const subject = this.subjects.stream(request.tenant, address.mainPath);
    return { subject, ...present({ right: this.access.main(callerOf(request), address) }) };
  }
}
