import { encodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { LaneLookup } from './lane-count.js';
import { ProjectionRebuilding } from './projection-state.js';

export interface FoundUnit {
  readonly id: string;
  readonly seq: number;
  /** Index inside the message. */
  readonly unit: number;
}

/** Where keyed units are, for retries that arrive long after the process forgot them. */
export class UnitIndex {
  private readonly lookup: LaneLookup;

  constructor(
    private readonly db: Database,
    private readonly group = 'projector',
  ) {
    this.lookup = new LaneLookup(db, group);
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
    const lane = await this.lookup.of(tenant, path);
    if (lane === undefined) return { found: [], position: 0 };
    const wanted = new Map(ids.map((id) => [encodeText(id), id]));
    const rows = await this.db.query<{
      position: number;
      state: string;
      id: string | null;
      seq: number;
      unit: number;
    }>(
      `SELECT l.position, p.state, k.id, k.seq, k.unit
       FROM lanes l JOIN projections p ON p.name = 'unit-keys'
       LEFT JOIN unit_keys k ON k.id = ANY($5::text[]) AND k.tenant = $3 AND k.path = $4
       WHERE l.worker_group = $1 AND l.lane = $2`,
      [this.group, lane, tenant, path, [...wanted.keys()]],
    );
    if (rows[0]?.state === 'rebuilding') throw new ProjectionRebuilding('unit-keys');
    const found = rows.flatMap(({ id, seq, unit }) => (id === null ? [] : [{ id: wanted.get(id) ?? id, seq, unit }]));
    return { found, position: rows[0]?.position ?? 0 };
  }
}
