import {
  liveEntity,
  liveGrant,
  liveId,
  liveTypeSubjects,
  liveUser,
  type LiveKey,
  type LiveRow,
  type Row,
} from '@app/projections';
import type { Tx } from '../sql/tx.js';

type LoadRows = (tx: Tx, keys: readonly LiveKey[]) => Promise<ReadonlyMap<string, LiveRow>>;

interface EntityFound extends LiveKey {
  readonly status: string;
  readonly updated_at: number;
  readonly names: readonly string[] | null;
  readonly texts: readonly string[] | null;
}

const columnsOf = (keys: readonly LiveKey[]): readonly unknown[] => [
  keys.map(({ tenant }) => tenant),
  keys.map(({ key }) => key),
];

const entities: LoadRows = async (tx, keys) => {
  const found = await tx.query<EntityFound>(
    `SELECT e.tenant, e.url AS key, e.status, e.updated_at, t.names, t.texts
     FROM unnest($1::text[], $2::text[]) wanted(tenant, url) JOIN entities e USING (tenant, url)
     LEFT JOIN LATERAL (
       SELECT array_agg(t.key) AS names, array_agg(t.value) AS texts
       FROM entity_tags t WHERE t.tenant = e.tenant AND t.url = e.url) t ON true`,
    columnsOf(keys),
  );
  return new Map(
    found.map((row) => {
      const tags = (row.names ?? []).map((name, i) => [name, row.texts?.[i] ?? '""'] as const);
      return [liveId(row), liveEntity(row.status, row.updated_at, tags)];
    }),
  );
};

const entityTypes: LoadRows = async (tx, keys) => {
  const found = await tx.query<LiveKey & { readonly document: string }>(
    `SELECT e.tenant, e.name AS key, e.document
     FROM unnest($1::text[], $2::text[]) wanted(tenant, name) JOIN entity_types e USING (tenant, name)`,
    columnsOf(keys),
  );
  return new Map(found.map((row) => [liveId(row), { document: row.document }]));
};

interface GrantFound extends LiveKey {
  readonly permission: string;
  readonly subject: string;
}

const entityGrants: LoadRows = async (tx, keys) => {
  const found = await tx.query<GrantFound>(
    `SELECT g.tenant, wanted.key, g.permission, g.subject
     FROM unnest($1::text[], $2::text[]) wanted(tenant, key)
     JOIN entity_grants g ON g.tenant = wanted.tenant AND g.url = split_part(wanted.key, ' ', 1)
       AND g.id = split_part(wanted.key, ' ', 2)::bigint`,
    columnsOf(keys),
  );
  return new Map(found.map((row) => [liveId(row), liveGrant(row.permission, row.subject)]));
};

const typeGrants: LoadRows = async (tx, keys) => {
  const found = await tx.query<LiveKey & { readonly subjects: readonly string[] }>(
    `SELECT g.tenant, g.name AS key, array_agg(g.subject) AS subjects
     FROM unnest($1::text[], $2::text[]) wanted(tenant, name) JOIN entity_type_grants g USING (tenant, name)
     GROUP BY g.tenant, g.name`,
    columnsOf(keys),
  );
  return new Map(found.map((row) => [liveId(row), liveTypeSubjects(row.subjects)]));
};

const users: LoadRows = async (tx, keys) => {
  const found = await tx.query<LiveKey & Row>(
    `SELECT u.tenant, u.id AS key, u.display_name, u.email, u.avatar_url, u.updated_at
     FROM unnest($1::text[], $2::text[]) wanted(tenant, id) JOIN users u USING (tenant, id)`,
    columnsOf(keys),
  );
  return new Map(found.map((row) => [liveId(row), liveUser(row)]));
};

const loaders: Readonly<Record<string, LoadRows>> = {
  entities,
  entity_types: entityTypes,
  users,
  entity_grants: entityGrants,
  entity_type_grants: typeGrants,
  // They are looked at when they are spawned, and there are none before.
  heirs: () => Promise.resolve(new Map()),
};

/** Rows of a live table as the database has them, by `liveId`. */
export const loadLiveRows = async (
  tx: Tx,
  table: string,
  keys: readonly LiveKey[],
): Promise<ReadonlyMap<string, LiveRow>> => {
  const load = loaders[table];
  if (!load) throw new Error(`nobody knows the rows of ${table}`);
  return keys.length === 0 ? new Map() : load(tx, keys);
};
