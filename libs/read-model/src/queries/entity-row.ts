import { decodeText } from '@app/projections';

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

export interface FoundEntity {
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

/** What `toEntityRow` needs of `entities` as e, and of `TAGS`. */
export const ENTITY_COLUMNS = `e.url, e.type, e.type_revision, e.status, e.parent, e.ancestors, e.created_by, e.created_at,
  e.updated_at, e.spawn_args, e.dispatch_policy, e.sandbox, tags.tag_keys, tags.tag_values`;

/** The tags of each e, to be joined. */
export const TAGS = `LEFT JOIN LATERAL (
  SELECT array_agg(key ORDER BY key) AS tag_keys, array_agg(value ORDER BY key) AS tag_values
  FROM entity_tags t WHERE t.tenant = e.tenant AND t.url = e.url) tags ON true`;

const tagsOf = ({ tag_keys, tag_values }: FoundEntity): Readonly<Record<string, string>> =>
  Object.fromEntries((tag_keys ?? []).map((key, i) => [decodeText(key), decodeText(tag_values?.[i] ?? '""')]));

export const toEntityRow = (found: FoundEntity): EntityRow => ({
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
