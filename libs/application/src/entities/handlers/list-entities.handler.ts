import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Log } from '@app/streams';
import type { Caller } from '../../kernel/stamp.js';
import { EntityQueries, type EntityFilter } from '../../ports/read-model.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import type { EntityView } from '../entity-view.js';

export class ListEntitiesQuery extends Query<readonly EntityView[]> {
  constructor(
    readonly caller: Caller,
    readonly filter: EntityFilter,
  ) {
    super();
  }
}

/** Includes everything that was acknowledged before the request came. */
@QueryHandler(ListEntitiesQuery)
export class ListEntitiesHandler implements IQueryHandler<ListEntitiesQuery> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly queries: EntityQueries,
  ) {}

  async execute({ caller: { tenant }, filter }: ListEntitiesQuery): Promise<readonly EntityView[]> {
    return this.queries.list(tenant, filter, await this.log.barrier());
  }
}
