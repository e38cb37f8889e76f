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
  readonly tags: string;
}

/** SQL of all tags of an entity, as JSON; few rows do not know them. */
export const tagsOf = (entity: string): string =>
  `coalesce(${entity}.tags, (SELECT '{' || coalesce(string_agg(o.key || ':' || o.value, ',' ORDER BY o.key), '') || '}'
    FROM entity_tags o WHERE o.tenant = ${entity}.tenant AND o.url = ${entity}.url))`;

/** What `toEntityRow` needs of `entities` as e. */
export const ENTITY_COLUMNS = `e.url, e.type, e.type_revision, e.status, e.parent, e.ancestors, e.created_by, e.created_at,
  e.updated_at, e.spawn_args, e.dispatch_policy, e.sandbox, ${tagsOf('e')} AS tags`;

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
  tags: JSON.parse(found.tags) as EntityRow['tags'],
  spawnArgs: found.spawn_args === null ? {} : (JSON.parse(found.spawn_args) as unknown),
  ...(found.dispatch_policy !== null && { dispatchPolicy: JSON.parse(found.dispatch_policy) as unknown }),
  ...(found.sandbox !== null && { sandbox: JSON.parse(found.sandbox) as unknown }),
});
