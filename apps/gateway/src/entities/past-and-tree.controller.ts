import { Controller, Get, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ReadHistoryQuery, ReadTreeQuery, type Caller, type HistoryPlace, type TreePlace } from '@app/application';
import { ApiError, DescendantDto, HistoryEntryDto, MAX_TREE_DEPTH } from '@app/contracts';
import type { EntityAddress } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { CallerOf } from '../auth/caller.js';
import { ApiAddress, ApiErrors } from '../docs/api-decorators.js';
import { ApiMinPosition, ApiPages } from '../docs/api-paging.js';
import {
  decodeCursor,
  encodeCursor,
  enoughOf,
  isName,
  isNatural,
  linkTo,
  pageLimit,
  tellPosition,
  wrongCursor,
} from '../http/paging.js';
import { Address, queryOf } from '../http/params.js';
import type { GatewayReply, GatewayRequest } from '../http/request.js';
import { asOfQuery, historyText } from './history-text.js';

const historyPlace = (sent: string | null): HistoryPlace | undefined => {
  if (sent === null) return undefined;
  const [position, unit] = decodeCursor(sent);
  if (!isNatural(position) || position === 0 || !isNatural(unit)) throw wrongCursor();
  return { position, unit };
};

const treePlace = (sent: string | null): TreePlace | undefined => {
  if (sent === null) return undefined;
  const [depth, createdAt, url] = decodeCursor(sent);
  if (!isNatural(depth) || depth > MAX_TREE_DEPTH || !isNatural(createdAt) || !isName(url)) throw wrongCursor();
  return { depth, createdAt, url };
};

const depthOf = (sent: string | null): number => {
  if (sent === null) return MAX_TREE_DEPTH;
  const depth = /^\d{1,9}$/.test(sent) ? Number(sent) : 0;
  if (depth < 1 || depth > MAX_TREE_DEPTH)
    throw new ApiError('INVALID_REQUEST', `depth must be an integer from 1 to ${String(MAX_TREE_DEPTH)}`);
  return depth;
};

@ApiTags('entities')
@Controller(['v1/entities/:type/:id', '_electric/entities/:type/:id'])
export class PastAndTreeController {
  constructor(private readonly queries: QueryBus) {}

  /**
   * Everything that happened to the entity, oldest first: one entry per accepted request, with its public items and the
   * control events that no stream shows.
   */
  @Get('history')
  @ApiAddress()
  @ApiQuery({
    name: 'asOf',
    required: false,
    schema: { type: 'string' },
    description: 'an offset of the stream, or a log position: nothing newer is shown',
  })
  @ApiPages()
  @ApiOkResponse({ type: [HistoryEntryDto] })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'UNKNOWN_ENTITY_TYPE')
  async history(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() request: GatewayRequest,
    @Res() reply: GatewayReply,
  ): Promise<void> {
    const query = queryOf(request);
    const after = historyPlace(query.get('cursor'));
    const asOf = asOfQuery(query.get('asOf'));
    const asked = { limit: pageLimit(query), ...present({ after, asOf }) };
    const { entries, next, tail } = await this.queries.execute(new ReadHistoryQuery(caller, address, asked));
    if (next) linkTo(reply, query, encodeCursor(next.position, next.unit));
    tellPosition(reply, tail);
    await reply.header('content-type', 'application/json; charset=utf-8').send(historyText(entries));
  }

  /** What descends from the entity, level by level, oldest first. */
  @Get('tree')
  @ApiAddress()
  @ApiQuery({
    name: 'depth',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_TREE_DEPTH },
    description: 'levels; 1: the children',
  })
  @ApiPages()
  @ApiMinPosition()
  @ApiOkResponse({ type: [DescendantDto] })
  @ApiErrors('INVALID_REQUEST', 'NOT_FOUND', 'UNKNOWN_ENTITY_TYPE', 'UNAVAILABLE')
  async tree(
    @CallerOf() caller: Caller,
    @Address() address: EntityAddress,
    @Req() request: GatewayRequest,
    @Res({ passthrough: true }) reply: GatewayReply,
  ): Promise<readonly DescendantDto[]> {
    const query = queryOf(request);
    const after = treePlace(query.get('cursor'));
    const asked = { depth: depthOf(query.get('depth')), limit: pageLimit(query), ...present({ after }) };
    const { descendants, next, position } = await this.queries.execute(
      new ReadTreeQuery(caller, address, asked, enoughOf(request)),
    );
    if (next) linkTo(reply, query, encodeCursor(next.depth, next.createdAt, next.url));
    tellPosition(reply, position);
    return descendants;
  }
}
