import { OperationQueries } from '@app/application';
import { abandonedOperations, type Database } from '@app/read-model';

/** Unfinished operations from Postgres. */
export class StoredOperations extends OperationQueries {
  constructor(private readonly database: Database) {
    super();
  }

  override abandoned(tenant: string, now: number): Promise<readonly string[]> {
    return abandonedOperations(this.database, tenant, now);
  }
}
