import type { Database } from '../sql/database.js';

/** A plain stream at which somebody has to look: it ends by itself at `at`, or only forks have kept it since. */
export interface StreamEnd {
  readonly tenant: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Before all others. */
export const FIRST_END: StreamEnd = { tenant: '', path: '', at: -1 };

/** Streams behind `after` whose time was over at `until`, or which have been kept by forks only since then. */
export const streamEnds = (
  db: Database,
  kind: 'expiring' | 'gone',
  until: number,
  after: StreamEnd,
  limit: number,
): Promise<readonly StreamEnd[]> =>
  db.query<StreamEnd>(
    `SELECT tenant, path, at FROM stream_ends
     WHERE gone = $1 AND at <= $2 AND (at, tenant, path) > ($3, $4, $5) ORDER BY at, tenant, path LIMIT $6`,
    [kind === 'gone' ? 1 : 0, until, after.at, after.tenant, after.path, limit],
  );
