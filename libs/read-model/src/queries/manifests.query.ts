import { encodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { ProjectionRebuilding, queryProjection } from './projection-state.js';

/**
 * The value of one entry; undefined when there is none. The caller has waited for the lanes.
 * @throws ProjectionRebuilding also when the manifest of this entity could not be read to its end
 */
export const manifestEntry = async (db: Database, tenant: string, url: string, key: string): Promise<unknown> => {
  const [row] = await queryProjection<{ value: string | null; cut: boolean }>(
    db,
    'manifests',
    `SELECT (SELECT value FROM manifests WHERE tenant = $2 AND url = $3 AND key = $4),
       EXISTS (SELECT 1 FROM quarantine WHERE projection = 'manifests' AND tenant = $2 AND path = $5) AS cut`,
    [tenant, url, encodeText(key), `${url.slice(1)}/main`],
  );
  if (row?.value != null) return JSON.parse(row.value) as unknown;
  if (row?.cut) throw new ProjectionRebuilding(`the manifest of ${url}`);
  return undefined;
};

/** Where the bytes of an attachment are. */
export interface AttachmentPlace {
  readonly tenant: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Before all others. */
export const FIRST_PLACE: AttachmentPlace = { tenant: '', path: '', at: -1 };

/** Bytes behind `after`, stored before `until`, of which their entity has no entry. Lanes may be apart, so none is certain. */
export const unlistedAttachments = (
  db: Database,
  until: number,
  after: AttachmentPlace,
  limit: number,
): Promise<readonly AttachmentPlace[]> =>
  db.query<AttachmentPlace>(
    `SELECT a.tenant, a.path, a.at FROM attachments a
     WHERE a.at <= $1 AND (a.at, a.tenant, a.path) > ($2, $3, $4)
       AND NOT EXISTS (SELECT 1 FROM manifests m WHERE m.tenant = a.tenant AND m.url = a.url AND m.key = a.key)
     ORDER BY a.at, a.tenant, a.path LIMIT $5`,
    [until, after.at, after.tenant, after.path, limit],
  );
