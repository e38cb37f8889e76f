import type { Database } from '../sql/database.js';
import { LaneLookup } from './lane-count.js';
import { ProjectionRebuilding } from './projection-state.js';

/** Rows of a projection about one path, and the position up to which there are no others. */
export interface IndexedRows<Row> {
  readonly rows: readonly Row[];
  readonly position: number;
}

interface Joined {
  readonly position: number;
  readonly state: string;
  readonly present: boolean | null;
}

/** Reads rows of a projection together with the position of their lane: one statement, one snapshot. */
export class IndexedQueries {
  private readonly lookup: LaneLookup;

  constructor(
    private readonly db: Database,
    private readonly group = 'projector',
  ) {
    this.lookup = new LaneLookup(db, group);
  }

  /** `select` has $1 tenant, $2 path, and `values` from $3 on. @throws ProjectionRebuilding */
  async of<Row extends object>(
    projection: string,
    tenant: string,
    path: string,
    select: string,
    values: readonly unknown[],
  ): Promise<IndexedRows<Row>> {
    const lane = await this.lookup.of(tenant, path);
    if (lane === undefined) return { rows: [], position: 0 };
    const own = values.length + 3;
    const found = await this.db.query<Row & Joined>(
      `SELECT l.position, p.state, rows.*
       FROM lanes l JOIN projections p ON p.name = $${String(own)}
       LEFT JOIN LATERAL (SELECT true AS present, found.* FROM (${select}) found) rows ON true
       WHERE l.worker_group = $${String(own + 1)} AND l.lane = $${String(own + 2)}`,
      [tenant, path, ...values, projection, this.group, lane],
    );
    if (found[0] && found[0].state !== 'live') throw new ProjectionRebuilding(projection);
    return { rows: found.filter(({ present }) => present), position: found[0]?.position ?? 0 };
  }
}
