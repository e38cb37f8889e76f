import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { requireAsker } from '../../access/asker.js';
import { positionFor } from '../../kernel/read-position.js';
import type { Caller } from '../../kernel/stamp.js';
import { EntityQueries, type EntityListing, type EntityPage } from '../../ports/read-model.js';
import { EVENT_LOG } from '../../ports/tokens.js';

export interface ListedEntities extends EntityPage {
  /** Log position that the answer includes. */
  readonly position: number;
}

export class ListEntitiesQuery extends Query<ListedEntities> {
  constructor(
    readonly caller: Caller,
    readonly listing: EntityListing,
    /** The answer need not include more than this position; undefined: everything. */
    readonly upTo?: number,
  ) {
    super();
  }
}

/** What the caller may read of it. Includes everything that was acknowledged before the request came, unless it asks for less. */
@QueryHandler(ListEntitiesQuery)
export class ListEntitiesHandler implements IQueryHandler<ListEntitiesQuery> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly queries: EntityQueries,
    private readonly clock: Clock,
  ) {}

  async execute({ caller: { tenant, principal }, listing, upTo }: ListEntitiesQuery): Promise<ListedEntities> {
    const reader = { asker: requireAsker(principal), now: this.clock.now() };
    const position = await positionFor(this.log, upTo);
    return { ...(await this.queries.page(tenant, listing, reader, position)), position };
  }
}
