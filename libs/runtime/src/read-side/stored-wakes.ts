import { WakeQueries } from '@app/application';
import { registrationsOf, type Database, type LaneWaiter } from '@app/read-model';
import { orUnavailable } from './read-guard.js';
import { PROJECTOR_GROUP } from './stored-entities.js';

/** Wake registrations from Postgres. */
export class StoredWakes extends WakeQueries {
  constructor(
    private readonly database: Database,
    private readonly lanes: LaneWaiter,
  ) {
    super();
  }

  override sources(tenant: string, subscriber: string, manifestKey: string, at: number): Promise<readonly string[]> {
    return orUnavailable(async () => {
      await this.lanes.waitFor(PROJECTOR_GROUP, at);
      const rows = await registrationsOf(this.database, tenant, subscriber, manifestKey);
      return [...new Set(rows.map(({ source }) => source))];
    });
  }
}
