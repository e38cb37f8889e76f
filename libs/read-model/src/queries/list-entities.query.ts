import { decodeText } from '@app/projections';
import type { Database } from '../sql/database.js';
import { queryProjection } from './projection-state.js';
import { readableBy, type RowReader } from './readable.js';

/** Exact matches; a value nothing has gives an empty list. */
export interface EntityFilters {
  readonly type?: string;
  readonly status?: string;
  readonly parent?: string;
  readonly createdBy?: string;
}

export interface EntityRow {
  readonly url: string;
  readonly type: string;
  readonly typeRevision: number;
  readonly status: string;
  readonly parent?: string;
  /** Parent first. */
  readonly ancestors: readonly string[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** `{}` for a spawn without args. */
  readonly spawnArgs: unknown;
  readonly dispatchPolicy?: unknown;
  readonly sandbox?: unknown;
}

interface Found {
  readonly url: string;
  readonly type: string;
  readonly type_revision: number;
  readonly status: string;
  readonly parent: string | null;
  readonly ancestors: string;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly spawn_args: string | null;
  readonly dispatch_policy: string | null;
  readonly sandbox: string | null;
  readonly tag_keys: readonly string[] | null;
  readonly tag_values: readonly string[] | null;
}

const COLUMNS: Readonly<Record<keyof EntityFilters, string>> = {
  type: 'type',
  status: 'status',
  parent: 'parent',
  createdBy: 'created_by',
};

const tagsOf = ({ tag_keys, tag_values }: Found): Readonly<Record<string, string>> =>
  Object.fromEntries((tag_keys ?? []).map((key, i) => [decodeText(key), decodeText(tag_values?.[i] ?? '""')]));

const toRow = (found: Found): EntityRow => ({
  url: found.url,
  type: found.type,
  typeRevision: found.type_revision,
  status: found.status,
  ...(found.parent !== null && { parent: found.parent }),
  ancestors: JSON.parse(found.ancestors) as readonly string[],
  createdBy: found.created_by,
  createdAt: found.created_at,
  updatedAt: found.updated_at,
  tags: tagsOf(found),
  spawnArgs: found.spawn_args === null ? {} : (JSON.parse(found.spawn_args) as unknown),
  ...(found.dispatch_policy !== null && { dispatchPolicy: JSON.parse(found.dispatch_policy) as unknown }),
  ...(found.sandbox !== null && { sandbox: JSON.parse(found.sandbox) as unknown }),
});

const EVERYTHING = { reader: { principal: '', kind: '', bypass: true }, now: 0 };

/** Newest first, those the reader may read; entities of the same millisecond by URL. The caller has waited for the lanes. */
export const listEntities = async (
  db: Database,
  tenant: string,
  filters: EntityFilters = {},
  { reader, now }: { readonly reader: RowReader; readonly now: number } = EVERYTHING,
): Promise<readonly EntityRow[]> => {
  const conditions = ['e.tenant = $2'];
  const values: unknown[] = [tenant];
  for (const name of ['type', 'status', 'parent', 'createdBy'] as const) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    // No row can hold it, and PostgreSQL would refuse to compare.
    if (wanted.includes('\0')) return [];
    values.push(wanted);
    conditions.push(`e.${COLUMNS[name]} = $${String(values.length + 1)}`);
  }
  const readable = readableBy(reader, { entity: 'e', parameters: values.length + 1, now });
  conditions.push(readable.sql);
  const rows = await queryProjection<Found>(
    db,
    'entities',
    `SELECT e.url, e.type, e.type_revision, e.status, e.parent, e.ancestors, e.created_by, e.created_at, e.updated_at,
            e.spawn_args, e.dispatch_policy, e.sandbox, t.tag_keys, t.tag_values
     FROM entities e LEFT JOIN LATERAL (
       SELECT array_agg(key ORDER BY key) AS tag_keys, array_agg(value ORDER BY key) AS tag_values
       FROM entity_tags t WHERE t.tenant = e.tenant AND t.url = e.url) t ON true
     WHERE ${conditions.join(' AND ')} ORDER BY e.created_at DESC, e.url`,
    [...values, ...readable.values],
  );
  return rows.map(toRow);
};
