import { encodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { IndexedQueries } from './indexed-rows.js';

export interface FoundUnit {
  readonly id: string;
  readonly seq: number;
  /** Index inside the message. */
  readonly unit: number;
}

/** Where keyed units are, for retries that arrive long after the process forgot them. */
export class UnitIndex {
  private readonly queries: IndexedQueries;

  constructor(db: Database, group?: string) {
    this.queries = new IndexedQueries(db, group);
  }

  /**
   * @returns the units of one path, and the position up to which an id that was not found is not there.
   * @throws ProjectionRebuilding
   */
  async find(
    tenant: string,
    path: string,
    ids: readonly string[],
  ): Promise<{ readonly found: readonly FoundUnit[]; readonly position: number }> {
    const wanted = new Map(ids.map((id) => [encodeText(id), id]));
    const { rows, position } = await this.queries.of<FoundUnit>(
      'unit-keys',
      tenant,
      path,
      'SELECT id, seq, unit FROM unit_keys WHERE id = ANY($3::text[]) AND tenant = $1 AND path = $2',
      [[...wanted.keys()]],
    );
    return { found: rows.map(({ id, seq, unit }) => ({ id: wanted.get(id) ?? id, seq, unit })), position };
  }
}
