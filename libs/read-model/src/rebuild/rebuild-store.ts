import type { Projection } from '@app/projections';
import type { Database } from '../sql/database.js';
import { renewShape } from '../shapes/shape-log.js';
import type { Tx } from '../sql/tx.js';

/** Takes every lane away from its owner: whoever commits next is fenced and looks at the projections again. */
const fenceLanes = async (tx: Tx, group: string): Promise<ReadonlyMap<number, number>> => {
  await tx.query('SELECT 1 FROM lanes WHERE worker_group = $1 ORDER BY lane FOR UPDATE', [group]);
  const lanes = await tx.query<{ lane: number; position: number }>(
    'UPDATE lanes SET owner = NULL, epoch = epoch + 1 WHERE worker_group = $1 RETURNING lane, position',
    [group],
  );
  return new Map(lanes.map(({ lane, position }) => [lane, position]));
};

const DEADLOCK = '40P01';
const ATTEMPTS = 10;

const isDeadlock = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === DEADLOCK;

/** A deadlock rolls one of its parties back as if it had never begun; that party tries again. */
const unlessDeadlocked = async (transaction: () => Promise<void>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await transaction();
      return;
    } catch (error) {
      if (!isDeadlock(error) || attempt === ATTEMPTS) throw error;
    }
  }
};

/**
 * Empties the projection and takes it away from the live workers. Truncating locks its tables one after the other, and
 * so do readers that join them, in an order of their own.
 */
export const beginRebuild = (db: Database, group: string, projection: Projection): Promise<void> =>
  unlessDeadlocked(() => begin(db, group, projection));

const begin = (db: Database, group: string, { name, tables }: Projection): Promise<void> =>
  db.transaction(async (tx) => {
    // Tables before lanes, as every worker does: the other way round is a deadlock.
    await tx.execute(`TRUNCATE ${tables.map((table) => table.name).join(', ')}`);
    await fenceLanes(tx, group);
    await tx.execute(
      `INSERT INTO projections (name, state) VALUES ($1, 'rebuilding')
       ON CONFLICT (name) DO UPDATE SET state = 'rebuilding', position = 0, changed = now()`,
      [name],
    );
    await tx.execute('DELETE FROM quarantine WHERE projection = $1', [name]);
  });

/** Gives the projection back to the live workers; `rest` brings it to exactly the position of each lane. */
export const finishRebuild = (
  db: Database,
  group: string,
  { name, live = [] }: Projection,
  rest: (tx: Tx, lanes: ReadonlyMap<number, number>) => Promise<void>,
): Promise<void> =>
  db.transaction(async (tx) => {
    const lanes = await fenceLanes(tx, group);
    await rest(tx, lanes);
    const position = Math.max(0, ...lanes.values());
    for (const shape of new Set(live.map((table) => table.shape))) await renewShape(tx, shape, position);
    await tx.execute(`UPDATE projections SET state = 'live', changed = now() WHERE name = $1`, [name]);
  });

/** Lowest and highest position of the live lanes; zeros when the group has never run. */
export const lanePositions = async (db: Database, group: string): Promise<{ min: number; max: number }> => {
  const [row] = await db.query<{ min: number; max: number }>(
    `SELECT coalesce(min(position), 0) AS min, coalesce(max(position), 0) AS max FROM lanes WHERE worker_group = $1`,
    [group],
  );
  return row ?? { min: 0, max: 0 };
};
