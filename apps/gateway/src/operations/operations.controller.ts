import { Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { CancelOperationCommand, GetOperationQuery, StartOperationCommand, type Caller } from '@app/application';
import { ApiError, OperationDto, StartOperationDto } from '@app/contracts';
import { CallerOf } from '../auth/caller.js';
import { ApiErrors } from '../docs/api-decorators.js';
import { RawSegment } from '../http/params.js';
import { rawPath } from '../http/raw-path.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { Writes } from '../http/writes.js';
import { readOperation } from '../validation/compiled-body.js';
import { operationPlan } from './operation-plan.js';

const ID = 2;
const IDS = /^op-[0-9a-f-]{36}$/;

const known = (id: string): string => {
  if (!IDS.test(id)) throw new ApiError('NOT_FOUND', 'there is no such operation');
  return id;
};

/** The same for many entities: it goes on after the answer, and whatever happens to the server. */
@ApiTags('operations')
@Controller(['v1/operations', '_electric/operations'])
export class OperationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Spawns many entities, or signals all that match a filter. Every entity is asked once. */
  @Post()
  @Writes('send')
  @HttpCode(202)
  @ApiBody({ type: StartOperationDto })
  @ApiAcceptedResponse({ type: OperationDto, description: 'the header Location says where its progress is' })
  @ApiErrors('INVALID_REQUEST', 'UNAVAILABLE')
  async start(
    @CallerOf() caller: Caller,
    @Req() request: GatewayRequest,
    @Res({ passthrough: true }) reply: GatewayReply,
  ): Promise<OperationDto> {
    const plan = operationPlan(readOperation(request.body), request.body ?? Buffer.alloc(0));
    const operation = await this.commands.execute(new StartOperationCommand(caller, plan));
    void reply.header('location', `${rawPath(request.raw.url ?? '').replace(/\/$/, '')}/${operation.id}`);
    return operation;
  }

  /** Only who started it is told. */
  @Get(':id')
  @ApiParam({ name: 'id' })
  @ApiOkResponse({ type: OperationDto })
  @ApiErrors('NOT_FOUND')
  async get(@CallerOf() caller: Caller, @RawSegment(ID) id: string): Promise<OperationDto> {
    return this.queries.execute(new GetOperationQuery(caller, known(id)));
  }

  /** Begins nothing more; what is under way is finished. One that has ended stays what it is. */
  @Delete(':id')
  @Writes('control')
  @HttpCode(202)
  @ApiParam({ name: 'id' })
  @ApiAcceptedResponse({ type: OperationDto })
  @ApiErrors('NOT_FOUND')
  async cancel(@CallerOf() caller: Caller, @RawSegment(ID) id: string): Promise<OperationDto> {
    return this.commands.execute(new CancelOperationCommand(caller, known(id)));
  }
}
