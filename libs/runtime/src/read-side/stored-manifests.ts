import { ManifestQueries } from '@app/application';
import { manifestEntry, type Database, type LaneWaiter } from '@app/read-model';
import type { Json } from '@app/streams';
import { orUnavailable } from './read-guard.js';
import { PROJECTOR_GROUP } from './stored-entities.js';

/** Manifests from Postgres. */
export class StoredManifests extends ManifestQueries {
  constructor(
    private readonly database: Database,
    private readonly lanes: LaneWaiter,
  ) {
    super();
  }

  override entry(tenant: string, entityUrl: string, key: string, at: number): Promise<Json | undefined> {
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      return (await manifestEntry(this.database, tenant, entityUrl, key)) as Json | undefined;
    });
  }
}
