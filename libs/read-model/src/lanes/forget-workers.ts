import type { Database } from '../sql/database.js';

/**
 * Lets every lane be taken at once. For the only user of a database after a crash, who would wait for the leases of the
 * dead; a worker that lives after all is fenced like any other.
 */
export const forgetWorkers = async (database: Database): Promise<void> => {
  await database.execute('DELETE FROM lane_workers');
};
