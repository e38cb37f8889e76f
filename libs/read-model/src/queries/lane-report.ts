import type { Database } from '../sql/database.js';

export interface LaneReport {
  readonly group: string;
  readonly lane: number;
  readonly position: number;
  /** Null: nobody works on it. */
  readonly owner: string | null;
}

export interface ProjectionReport {
  readonly name: string;
  readonly state: 'live' | 'rebuilding';
  /** Streams it has given up on. */
  readonly quarantined: number;
}

/** Every lane of every worker group, with its owner while the owner is alive. */
export const reportLanes = (db: Database): Promise<readonly LaneReport[]> =>
  db.query<LaneReport>(
    `SELECT l.worker_group AS "group", l.lane, l.position, w.worker AS owner
     FROM lanes l LEFT JOIN lane_workers w
       ON w.worker_group = l.worker_group AND w.worker = l.owner AND w.lease_until > clock_timestamp()
     ORDER BY l.worker_group, l.lane`,
  );

export const reportProjections = (db: Database): Promise<readonly ProjectionReport[]> =>
  db.query<ProjectionReport>(
    `SELECT p.name, p.state, (SELECT count(*) FROM quarantine q WHERE q.projection = p.name) AS quarantined
     FROM projections p ORDER BY p.name`,
  );
