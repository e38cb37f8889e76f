import {
  EntityQueries,
  type ActiveClaim,
  type Descendant,
  type EntityFilter,
  type EntityListing,
  type EntityPage,
  type EntityView,
  type ReaderNow,
  type TreeRequest,
} from '@app/application';
import {
  activeClaims,
  countEntities,
  entityPage,
  entityTree,
  listEntities,
  Reaches,
  type Database,
  type EntityRow,
  type LaneWaiter,
  type ReadingNow,
} from '@app/read-model';
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

const reading = ({ asker: { url, kind, bypass }, now }: ReaderNow): ReadingNow => ({
  reader: { principal: url, kind, bypass },
  now,
});

/** Lists from Postgres, each as of a log position or later. */
export class StoredEntities extends EntityQueries {
  private readonly reaches: Reaches;

  constructor(
    private readonly database: Database,
    private readonly lanes: LaneWaiter,
  ) {
    super();
    this.reaches = new Reaches(database);
  }

  override page(tenant: string, listing: EntityListing, reader: ReaderNow, at: number): Promise<EntityPage> {
    return orUnavailable(async () => {
      const by = await this.reading(tenant, reader);
      return this.lanes.read(PROJECTOR_GROUP, at, () =>
        entityPage(this.database, PROJECTOR_GROUP, tenant, listing, by),
      );
    });
  }

  override urls(tenant: string, listing: EntityListing, reader: ReaderNow, at: number): Promise<readonly string[]> {
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      const rows = await listEntities(this.database, tenant, listing, await this.reading(tenant, reader));
      return rows.map(({ url }) => url);
    });
  }

  override count(tenant: string, filter: EntityFilter, reader: ReaderNow, at: number): Promise<number> {
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      return countEntities(this.database, tenant, filter, await this.reading(tenant, reader));
    });
  }

  override tree(
    tenant: string,
    url: string,
    request: TreeRequest,
    reader: ReaderNow,
    at: number,
  ): Promise<readonly Descendant[]> {
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      const rows = await entityTree(this.database, tenant, url, request, reading(reader));
      return rows.map((row) => ({ ...viewOf(row), depth: row.depth }));
    });
  }

  override activeClaims(tenant: string, at: number): Promise<readonly ActiveClaim[]> {
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      const claims = await activeClaims(this.database, tenant);
      return claims.map(({ url, epoch, leaseMs }) => ({ path: url.slice(1), epoch, leaseMs }));
    });
  }

  private async reading(tenant: string, asking: ReaderNow): Promise<ReadingNow> {
    const { reader, now } = reading(asking);
    return { reader, now, among: await this.reaches.of(tenant, reader, now) };
  }
}
