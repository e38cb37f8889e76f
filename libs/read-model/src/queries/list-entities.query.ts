import type { Database } from '../sql/database.js';
import { Values, type EntityFilters } from './entity-conditions.js';
import { EVERYTHING, listedRows, readableSource, type EntityListing } from './entity-listing.js';
import { ENTITY_COLUMNS, toEntityRow, type EntityRow, type FoundEntity } from './entity-row.js';
import { queryProjection } from './projection-state.js';

/** How many there are that the reader may read. The caller has waited for the lanes. */
export const countEntities = async (
  db: Database,
  tenant: string,
  filters: EntityFilters,
  reading = EVERYTHING,
): Promise<number> => {
  const values = new Values(2);
  const source = readableSource(tenant, filters, reading, values);
  if (source === undefined) return 0;
  const [row] = await queryProjection<{ readonly count: number }>(
    db,
    'entities',
    `SELECT count(*)::int AS count FROM ${source.from} WHERE ${source.where}`,
    values.all,
  );
  return row?.count ?? 0;
};

/** Those the reader may read. The caller has waited for the lanes. */
export const listEntities = async (
  db: Database,
  tenant: string,
  listing: EntityListing = {},
  reading = EVERYTHING,
): Promise<readonly EntityRow[]> => {
  const listed = listedRows(tenant, listing, reading, 2);
  if (listed === undefined) return [];
  const rows = await queryProjection<FoundEntity>(
    db,
    'entities',
    `SELECT ${ENTITY_COLUMNS} FROM (${listed.rows}) e ORDER BY ${listed.order.outer}`,
    listed.values.all,
  );
  return rows.map(toEntityRow);
};
