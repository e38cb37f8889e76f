import type { Database } from '../sql/database.js';
import { queryProjection } from './projection-state.js';

export interface EntityTypeRow {
  readonly name: string;
  /** As the registry has it. */
  readonly document: unknown;
  /** Sequence of its newest message in the registry. */
  readonly seq: number;
}

/** Ordered by name, byte by byte. */
export const listEntityTypes = async (db: Database, tenant: string): Promise<readonly EntityTypeRow[]> => {
  const rows = await queryProjection<{ name: string; document: string; seq: number }>(
    db,
    'entity-types',
    'SELECT name, document, seq FROM entity_types WHERE tenant = $2 ORDER BY name',
    [tenant],
  );
  return rows.map(({ name, document, seq }) => ({ name, document: JSON.parse(document) as unknown, seq }));
};
