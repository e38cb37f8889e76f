import type { Database } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';

/** The rows were made anew: whoever follows them must begin again. No lane may be beyond `position`. */
export const renewShape = async (tx: Tx, shape: string, position: number): Promise<void> => {
  await tx.execute('UPDATE shape_logs SET generation = generation + 1, horizon = $2 WHERE shape = $1', [
    shape,
    position,
  ]);
  await tx.execute('DELETE FROM shape_changes WHERE shape = $1', [shape]);
};

const CHUNK = 10_000;

/** Forgets all but the newest changes of a shape. The horizon moves first: a reader never takes a hole for the whole. */
const trimShape = async (db: Database, shape: string, keep: number): Promise<number> => {
  const [last] = await db.query<{ seq: number }>(
    'SELECT seq FROM shape_changes WHERE shape = $1 ORDER BY seq DESC OFFSET $2 LIMIT 1',
    [shape, keep],
  );
  if (!last) return 0;
  await db.execute('UPDATE shape_logs SET horizon = $2 WHERE shape = $1 AND horizon < $2', [shape, last.seq]);
  let gone = 0;
  for (;;) {
    const count = await db.execute(
      `DELETE FROM shape_changes WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM shape_changes WHERE shape = $1 AND seq <= $2 LIMIT $3))`,
      [shape, last.seq, CHUNK],
    );
    gone += count;
    if (count < CHUNK) return gone;
  }
};

/** Forgets the oldest changes, so that there are at most `keep` of each shape of the group. @returns how many went */
export const trimShapes = async (db: Database, group: string, keep: number): Promise<number> => {
  const logs = await db.query<{ shape: string }>('SELECT shape FROM shape_logs WHERE worker_group = $1', [group]);
  let gone = 0;
  for (const { shape } of logs) gone += await trimShape(db, shape, keep);
  return gone;
};
