import type { AsOf } from '../lanes/lane-waiter.js';
import type { Database } from '../sql/database.js';

/** The rows are being rebuilt; the caller answers 503. */
export class ProjectionRebuilding extends Error {
  override readonly name = 'ProjectionRebuilding';
  constructor(readonly projection: string) {
    super(`${projection} is being rebuilt`);
  }
}

interface Joined {
  readonly present: boolean | null;
  readonly state: 'live' | 'rebuilding';
}

/**
 * Rows of one projection together with its state, in one statement and therefore one snapshot. `select` may use $2 and
 * up. Nothing before the first worker of the group has ever started. @throws ProjectionRebuilding
 */
export const queryProjection = async <Row extends object>(
  db: Database,
  projection: string,
  select: string,
  values: readonly unknown[],
): Promise<readonly Row[]> => {
  const rows = await db.query<Row & Joined>(
    `SELECT p.state, rows.* FROM projections p
     LEFT JOIN LATERAL (SELECT true AS present, found.* FROM (${select}) found) rows ON true
     WHERE p.name = $1`,
    [projection, ...values],
  );
  if (rows[0]?.state === 'rebuilding') throw new ProjectionRebuilding(projection);
  return rows.filter(({ present }) => present);
};

/** The same with the position of the lanes that fill it, for `LaneWaiter.read`. `select` may use $3 and up. */
export const queryAsOf = async <Row extends object>(
  db: Database,
  { projection, group }: { readonly projection: string; readonly group: string },
  select: string,
  values: readonly unknown[],
): Promise<AsOf<readonly Row[]>> => {
  const rows = await db.query<Row & Joined & { readonly position: number | null }>(
    `SELECT p.state, (SELECT min(position) FROM lanes WHERE worker_group = $2) AS position, rows.* FROM projections p
     LEFT JOIN LATERAL (SELECT true AS present, found.* FROM (${select}) found) rows ON true
     WHERE p.name = $1`,
    [projection, group, ...values],
  );
  if (rows[0]?.state === 'rebuilding') throw new ProjectionRebuilding(projection);
  return { position: rows[0]?.position ?? 0, found: rows.filter(({ present }) => present) };
};
