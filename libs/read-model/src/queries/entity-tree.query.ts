import type { Database } from '../sql/database.js';
import { ENTITY_COLUMNS, toEntityRow, type EntityRow, type FoundEntity } from './entity-row.js';
import { EVERYTHING } from './entity-listing.js';
import { queryProjection } from './projection-state.js';
import { readableBy } from './readable.js';

export interface TreeRequest {
  /** Levels; 1: the children. */
  readonly depth: number;
  readonly limit: number;
  /** Behind this one. */
  readonly after?: { readonly depth: number; readonly createdAt: number; readonly url: string };
}

export type DescendantRow = EntityRow & { readonly depth: number };

/** What descends from an entity, as far as the reader may read it: level by level, oldest first, those of one instant by URL. The caller has waited. */
export const entityTree = async (
  db: Database,
  tenant: string,
  url: string,
  { depth, limit, after = { depth: 0, createdAt: 0, url: '' } }: TreeRequest,
  { reader, now } = EVERYTHING,
): Promise<readonly DescendantRow[]> => {
  // $1 is the projection.
  const values = [tenant, url, depth, after.depth, after.createdAt, after.url, limit];
  const readable = readableBy(reader, { entity: 'e', tenant, parameters: values.length + 1, now });
  const rows = await queryProjection<FoundEntity & { readonly depth: number }>(
    db,
    'entities',
    `WITH RECURSIVE tree AS (
       SELECT c.url, c.created_at, 1 AS depth FROM entities c WHERE c.tenant = $2 AND c.parent = $3
       UNION ALL
       SELECT c.url, c.created_at, tree.depth + 1 FROM tree JOIN entities c ON c.tenant = $2 AND c.parent = tree.url
       WHERE tree.depth < $4::int
     )
     SELECT ${ENTITY_COLUMNS}, page.depth FROM (
       SELECT tree.* FROM tree JOIN entities e ON e.tenant = $2 AND e.url = tree.url
       WHERE (tree.depth, tree.created_at, tree.url) > ($5::int, $6::bigint, $7::text) AND ${readable.sql}
       ORDER BY tree.depth, tree.created_at, tree.url LIMIT $8::int
     ) page JOIN entities e ON e.tenant = $2 AND e.url = page.url
     ORDER BY page.depth, e.created_at, e.url`,
    [...values, ...readable.values],
  );
  return rows.map((row) => ({ ...toEntityRow(row), depth: row.depth }));
};
