import type { Database } from '../sql/database.js';

const MOST = 100;

/** Ids of unfinished operations that nobody executes at `now`: milliseconds since 1970. */
export const abandonedOperations = async (db: Database, tenant: string, now: number): Promise<readonly string[]> => {
  const rows = await db.query<{ readonly id: string }>(
    'SELECT id FROM operations WHERE tenant = $1 AND until <= $2 ORDER BY until, id LIMIT $3',
    [tenant, now, MOST],
  );
  return rows.map(({ id }) => id);
};
