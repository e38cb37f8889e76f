import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { requireAsker } from '../../access/require-asker.js';
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

/** What the caller may read of it. Includes everything that was acknowledged before the request came. */
@QueryHandler(ListEntitiesQuery)
export class ListEntitiesHandler implements IQueryHandler<ListEntitiesQuery> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly queries: EntityQueries,
    private readonly clock: Clock,
  ) {}

  async execute({ caller: { tenant, principal }, filter }: ListEntitiesQuery): Promise<readonly EntityView[]> {
    const reader = { asker: requireAsker(principal), now: this.clock.now() };
    return this.queries.list(tenant, filter, reader, await this.log.barrier());
  }
}
