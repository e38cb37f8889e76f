import { decodeText, encodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { ProjectionRebuilding } from './projection-state.js';
import { readableBy, type RowReader } from './readable.js';

/** A membership stream that is kept up to date: every entity with these tags that its principal may read. */
export interface MembershipSourceRow {
  readonly tenant: string;
  readonly ref: string;
  readonly tags: Readonly<Record<string, string>>;
  /** URL and kind of the principal. */
  readonly principal: string;
  readonly kind: string;
}

/** One entity in the light of one source. */
export interface MemberCandidate {
  readonly url: string;
  /** As readers of the stream know it; JSON text. Undefined: not a member so far. */
  readonly before?: string;
  /** As it is now, whatever its tags. Undefined: the principal may not read it. */
  readonly now?: MemberNow;
}

export interface MemberNow {
  readonly type: string;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly spawnArgs: string | null;
  readonly parent: string | null;
  /** Of the type, when it was spawned; `typeSeq` is its place in the registry. */
  readonly typeRevision: number;
  readonly typeSeq: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Which entities to look at: these, or the next ones by URL, all that may be members and all that are. */
export type CandidatePick = { readonly urls: readonly string[] } | { readonly after: string; readonly limit: number };

interface Found {
  readonly live: boolean;
  readonly url: string | null;
  readonly before: string | null;
  readonly type: string | null;
  readonly status: string;
  readonly parent: string | null;
  readonly type_revision: number;
  readonly type_seq: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly spawn_args: string | null;
  readonly tag_keys: readonly string[] | null;
  readonly tag_values: readonly string[] | null;
}

const PROJECTIONS = ['entities', 'members'];

const tagsOf = ({ tag_keys: keys, tag_values: values }: Pick<Found, 'tag_keys' | 'tag_values'>) =>
  Object.fromEntries((keys ?? []).map((key, at) => [decodeText(key), decodeText(values?.[at] ?? '""')]));

const nowOf = (found: Found): MemberNow | undefined => {
  if (found.type === null) return undefined;
  return {
    type: found.type,
    status: found.status,
    tags: tagsOf(found),
    spawnArgs: found.spawn_args,
    parent: found.parent,
    typeRevision: found.type_revision,
    typeSeq: found.type_seq,
    createdAt: found.created_at,
    updatedAt: found.updated_at,
  };
};

const candidateOf = (found: Found): MemberCandidate => {
  const now = nowOf(found);
  return {
    url: found.url ?? '',
    ...(found.before !== null && { before: found.before }),
    ...(now && { now }),
  };
};

// $1 tenant, $2 ref; $3 and $4 say which, and $6 and $7 are a tag that every member has.
const page = (from: string, condition: string): string => `SELECT url FROM (
    (SELECT url FROM ${from} WHERE tenant = $1 AND ${condition} AND url > $3::text ORDER BY url LIMIT $4::int)
    UNION (SELECT url FROM members WHERE tenant = $1 AND ref = $2 AND url > $3::text ORDER BY url LIMIT $4::int)) mixed
  ORDER BY url LIMIT $4::int`;

const PICKED = {
  urls: 'SELECT unnest($3::text[]) AS url WHERE $4::int IS NULL AND $6::text IS NULL AND $7::text IS NULL',
  page: page('entities', '$6::text IS NULL AND $7::text IS NULL'),
  pageOfTag: page('entity_tags', 'key = $6 AND value = $7'),
};

const pickedBy = (
  pick: CandidatePick,
  [tag]: readonly (readonly [string, string])[],
): readonly [sql: string, which: readonly unknown[], tag: readonly unknown[]] => {
  if ('urls' in pick) return [PICKED.urls, [pick.urls, null], [null, null]];
  const which = [pick.after, pick.limit];
  return tag === undefined ? [PICKED.page, which, [null, null]] : [PICKED.pageOfTag, which, tag.map(encodeText)];
};

/**
 * By URL. The caller has waited for the lanes. `now`: milliseconds since 1970.
 * @throws ProjectionRebuilding
 */
export const memberCandidates = async (
  db: Database,
  { tenant, ref, tags }: Pick<MembershipSourceRow, 'tenant' | 'ref' | 'tags'>,
  reader: RowReader,
  pick: CandidatePick,
  now: number,
): Promise<readonly MemberCandidate[]> => {
  const [picked, which, tag] = pickedBy(pick, Object.entries(tags));
  const own = [tenant, ref, ...which, PROJECTIONS, ...tag];
  const readable = readableBy(reader, { entity: 'e', tenant, parameters: own.length, now });
  const rows = await db.query<Found>(
    `SELECT (SELECT coalesce(bool_and(state = 'live'), true) FROM projections WHERE name = ANY ($5::text[]))
         AND NOT EXISTS (
           SELECT 1 FROM quarantine q WHERE q.projection = 'members' AND q.tenant = $1 AND q.path = '_entities/' || $2) AS live,
       found.*
     FROM (SELECT 1) one LEFT JOIN LATERAL (
       SELECT p.url, m.value AS before, e.type, e.status, e.parent, e.type_revision, e.type_seq, e.created_at,
         e.updated_at, e.spawn_args, t.tag_keys, t.tag_values
       FROM (${picked}) p
       LEFT JOIN members m ON m.tenant = $1 AND m.ref = $2 AND m.url = p.url
       LEFT JOIN entities e ON e.tenant = $1 AND e.url = p.url AND ${readable.sql}
       LEFT JOIN LATERAL (
         SELECT array_agg(key ORDER BY key) AS tag_keys, array_agg(value ORDER BY key) AS tag_values
         FROM entity_tags t WHERE t.tenant = e.tenant AND t.url = e.url) t ON true
       ORDER BY p.url) found ON true`,
    [...own, ...readable.values],
  );
  if (rows[0]?.live === false) throw new ProjectionRebuilding('who is a member');
  return rows.filter(({ url }) => url !== null).map(candidateOf);
};

/** What an entity has to do with sources: its tags, and where it is a member. */
export interface EntityInSources {
  readonly url: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly refs: readonly string[];
}

/** Of these entities, in any order. The caller has waited for the lanes. */
export const entitiesInSources = async (
  db: Database,
  tenant: string,
  urls: readonly string[],
): Promise<readonly EntityInSources[]> => {
  const rows = await db.query<
    Pick<Found, 'tag_keys' | 'tag_values'> & { readonly url: string; readonly refs: readonly string[] | null }
  >(
    `SELECT p.url, t.tag_keys, t.tag_values, m.refs FROM unnest($2::text[]) p(url)
     LEFT JOIN LATERAL (
       SELECT array_agg(key ORDER BY key) AS tag_keys, array_agg(value ORDER BY key) AS tag_values
       FROM entity_tags t WHERE t.tenant = $1 AND t.url = p.url) t ON true
     LEFT JOIN LATERAL (SELECT array_agg(ref) AS refs FROM members m WHERE m.tenant = $1 AND m.url = p.url) m ON true`,
    [tenant, urls],
  );
  return rows.map((row) => ({ url: row.url, tags: tagsOf(row), refs: row.refs ?? [] }));
};

/** Every source of every tenant that is kept up to date. */
export const membershipSources = async (db: Database): Promise<readonly MembershipSourceRow[]> => {
  const rows = await db.query<Omit<MembershipSourceRow, 'tags'> & { readonly tags: string }>(
    'SELECT tenant, ref, tags, principal, kind FROM membership_sources ORDER BY tenant, ref',
  );
  return rows.map((row) => ({ ...row, tags: JSON.parse(row.tags) as MembershipSourceRow['tags'] }));
};

/** Sources that nobody has read since `before`, and that no manifest names. */
export const unobservedSources = (
  db: Database,
  before: number,
): Promise<readonly Pick<MembershipSourceRow, 'tenant' | 'ref'>[]> =>
  db.query(
    `SELECT s.tenant, s.ref FROM membership_sources s
     WHERE s.observed_at <= $1 AND NOT EXISTS (
       SELECT 1 FROM manifests m WHERE m.tenant = s.tenant AND m.source = '"entities:' || s.ref || '"')`,
    [before],
  );

/** Whether a grant of the tenant ended in the time between. */
export const grantsEnded = async (db: Database, tenant: string, after: number, until: number): Promise<boolean> =>
  (
    await db.query('SELECT 1 FROM entity_grants WHERE tenant = $1 AND expires_at > $2 AND expires_at <= $3 LIMIT 1', [
      tenant,
      after,
      until,
    ])
  ).length > 0;
