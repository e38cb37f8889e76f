import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { requireAsker } from '../../access/asker.js';
import { positionFor } from '../../kernel/read-position.js';
import type { Caller } from '../../kernel/stamp.js';
import { EntityQueries, type EntityListing, type EntityPlace, type EntitySort } from '../../ports/read-model.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import type { EntityView } from '../entity-view.js';

export interface ListedEntities {
  readonly entities: readonly EntityView[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: EntityPlace | undefined;
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

const placeOf = (view: EntityView, by: EntitySort): EntityPlace =>
  by === 'url' ? { url: view.url } : { value: view[by], url: view.url };

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
    const { limit, sort } = listing;
    // One more than asked for tells whether there is another page.
    const asked = limit === undefined ? listing : { ...listing, limit: limit + 1 };
    const found = await this.queries.list(tenant, asked, reader, position);
    const entities = limit === undefined ? found : found.slice(0, limit);
    const last = entities.length < found.length ? entities.at(-1) : undefined;
    return { entities, next: last && placeOf(last, sort.by), position };
  }
}
