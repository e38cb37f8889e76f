import { EntityQueries, type ActiveClaim, type EntityFilter, type EntityView, type ReaderNow } from '@app/application';
import { activeClaims, listEntities, type Database, type EntityRow, type LaneWaiter } from '@app/read-model';
import { orUnavailable } from './read-guard.js';

/** The group of workers that fills the tables read here. */
export const PROJECTOR_GROUP = 'projector';

// The casts are sound: the columns hold what our own commands validated before they were written.
const viewOf = (row: EntityRow): EntityView => ({
  url: row.url,
  type: row.type,
  status: row.status,
  streams: { main: `${row.url}/main` },
  ...(row.dispatchPolicy !== undefined && { dispatch_policy: row.dispatchPolicy as EntityView['dispatch_policy'] }),
  tags: row.tags,
  spawn_args: row.spawnArgs as EntityView['spawn_args'],
  ...(row.sandbox !== undefined && { sandbox: row.sandbox as EntityView['sandbox'] }),
  ...(row.parent !== undefined && { parent: row.parent }),
  created_by: row.createdBy,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});

/** Lists from Postgres, each as of a log position or later. */
export class StoredEntities extends EntityQueries {
  constructor(
    private readonly database: Database,
    private readonly lanes: LaneWaiter,
  ) {
    super();
  }

  override list(
    tenant: string,
    filter: EntityFilter,
    { asker, now }: ReaderNow,
    at: number,
  ): Promise<readonly EntityView[]> {
    const reader = { principal: asker.url, kind: asker.kind, bypass: asker.bypass };
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      return (await listEntities(this.database, tenant, filter, { reader, now })).map(viewOf);
    });
  }

  override activeClaims(tenant: string, at: number): Promise<readonly ActiveClaim[]> {
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      const claims = await activeClaims(this.database, tenant);
      return claims.map(({ url, epoch, leaseMs }) => ({ path: url.slice(1), epoch, leaseMs }));
    });
  }
}
