import type { Projection, Table } from '@app/projections';
import type { Database } from '../sql/database.js';

export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  /** Equal for equal rows, whatever order they were written in. */
  readonly digest: string;
}

// A sum of row hashes needs no sort and no memory, however large the table is.
const digestTable = async (db: Database, { name }: Table): Promise<TableDigest> => {
  const [row] = await db.query<{ rows: number; digest: string }>(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS digest FROM ${name} t`,
  );
  return { table: name, rows: row?.rows ?? 0, digest: row?.digest ?? '0' };
};

export const projectionDigest = async (db: Database, projection: Projection): Promise<readonly TableDigest[]> => {
  const digests: TableDigest[] = [];
  for (const table of projection.tables) digests.push(await digestTable(db, table));
  return digests;
};
