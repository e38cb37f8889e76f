import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../docs/api-decorators.js';
import { queryOf } from '../http/params.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { ShapeReads } from './shape-reads.js';

/** Tables that clients follow, in the protocol of the published Electric client. */
@ApiTags('shapes')
@Controller(['v1/shape', '_electric/electric/v1/shape'])
export class ShapesController {
  constructor(private readonly reads: ShapeReads) {}

  /** Rows of a table, and what happens to them. Includes everything acknowledged before. */
  @Get()
  @ApiOperation({ summary: 'Rows of a table, and what happens to them' })
  @ApiQuery({
    name: 'table',
    example: 'entities',
    description: 'entities, entity_types, users, entity_effective_permissions',
  })
  @ApiQuery({ name: 'offset', example: '-1', description: '-1, now, or the electric-offset of the answer before' })
  @ApiQuery({ name: 'handle', required: false, description: 'the electric-handle of the answer before' })
  @ApiQuery({ name: 'live', required: false, enum: ['true', 'false'], description: 'wait for changes' })
  @ApiQuery({ name: 'cursor', required: false, description: 'the electric-cursor of the answer before' })
  @ApiQuery({ name: 'where', required: false, example: "type = 'chat'", description: 'a condition in SQL' })
  @ApiQuery({ name: 'params[1]', required: false, description: 'the value of $1 in the condition' })
  @ApiQuery({ name: 'columns', required: false, example: 'url,status', description: 'only these, and the key' })
  @ApiQuery({
    name: 'replica',
    required: false,
    enum: ['default', 'full'],
    description: 'full: updates hold whole rows',
  })
  @ApiQuery({ name: 'log', required: false, enum: ['full', 'changes_only'], description: 'changes_only: without rows' })
  @ApiOkResponse({ description: 'messages: changes of rows, and that the client is up to date' })
  @ApiResponse({ status: 409, description: 'the client must begin anew, with the handle of this answer' })
  @ApiErrors('INVALID_REQUEST', 'INVALID_WHERE', 'TABLE_NOT_ALLOWED', 'UNAVAILABLE')
  read(@Req() request: GatewayRequest, @Res() reply: GatewayReply): Promise<void> {
    return this.reads.read(queryOf(request), request, reply);
  }
}
