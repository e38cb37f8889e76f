import { ANYBODY, markedSubject, subjectMark } from '@app/projections';
import type { RowReader } from '../queries/readable.js';
import type { Tx } from '../sql/tx.js';
import { EVERYBODY, type ChangeRange, type ShapeDefinition, type ShapeScope } from './shape-definition.js';
import type { Parameters } from './shape-sql.js';
import { shapeTable } from './shape-table.js';

export interface ScopedRequest extends RowReader {
  readonly table: string;
}

/** What a principal may see of a table. */
export const scopeOf = ({ principal, kind, bypass, table }: ScopedRequest): ShapeScope => {
  if (bypass || shapeTable(table)?.sight === undefined) return EVERYBODY;
  return { key: principal, reader: { principal, kind, bypass } };
};

/** What a reader is called in grants. */
export const subjectsOf = ({ principal, kind }: RowReader): readonly string[] => [principal, kind];

/** SQL of "the principal may see the row now", on the aliases of the shape's rows. */
export const scopeSql = ({ scope, table, tenant }: ShapeDefinition, now: number, params: Parameters): string => {
  if (!scope.reader || !table.sight) return 'true';
  const { sql, values } = table.sight.rows(scope.reader, { tenant, parameters: params.values.length, now });
  for (const value of values) params.add(value);
  return sql;
};

/** When a principal began to see other rows than before. */
export interface Sight {
  /** Place in the log of the newest grant to it that was given or taken back, up to a position; 0 without. */
  readonly changed: number;
  /** When the newest of those that have expired did, in milliseconds since 1970; 0 without. */
  readonly expired: number;
}

const UNLIMITED: Sight = { changed: 0, expired: 0 };

/** The same of a table whose rows are not written down: when those changed that the principal sees, after `from`. */
export const wholeSight = async (
  tx: Tx,
  { table, tenant, scope: { reader } }: ShapeDefinition,
  { from, to, now }: ChangeRange,
): Promise<Sight> => {
  const subjects = reader ? subjectsOf(reader) : null;
  const [sight] = await tx.query<Sight>(
    `SELECT
       coalesce((SELECT max(c.seq) FROM shape_changes c
         WHERE c.shape = $1 AND c.seq > $4 AND c.seq <= $5 AND c.tenant = $2 AND (c.key = ANY($6::text[]) OR EXISTS (
           SELECT 1 FROM entities e JOIN entity_grants g ON g.tenant = e.tenant AND g.url = ANY(e.ancestor_urls)
           WHERE e.tenant = $2 AND e.url = substr(c.key, 2) AND g.descendants = 1
             AND ($3::text[] IS NULL OR g.subject = ANY($3::text[]))))), 0) AS changed,
       coalesce((SELECT max(g.expires_at) FROM entity_grants g
         WHERE g.tenant = $2 AND ($3::text[] IS NULL OR g.subject = ANY($3::text[])) AND g.expires_at <= $7::bigint), 0)
         AS expired`,
    [table.name, tenant, subjects, from, to, (subjects ?? [ANYBODY]).map(subjectMark), now],
  );
  return sight ?? UNLIMITED;
};

export const sightOf = async (
  tx: Tx,
  { table, tenant, scope: { reader } }: ShapeDefinition,
  position: number,
  now: number,
): Promise<Sight> => {
  if (!reader || !table.sight) return UNLIMITED;
  const subjects = subjectsOf(reader);
  const [sight] = await tx.query<Sight>(
    `SELECT
       coalesce((SELECT max(c.seq) FROM unnest($3::text[]) mark
         CROSS JOIN LATERAL (SELECT c.seq FROM shape_changes c
           WHERE c.shape = $1 AND c.key = mark AND c.seq <= $4 AND c.tenant = $2 AND c.old IS NULL AND c.new IS NULL
           ORDER BY c.seq DESC LIMIT 1) c), 0) AS changed,
       coalesce((SELECT max(g.expires_at) FROM ${table.sight.grants} g
         WHERE g.tenant = $2 AND g.subject = ANY($5::text[]) AND g.permission = ANY($7::text[])
           AND g.expires_at <= $6::bigint), 0) AS expired`,
    [table.name, tenant, subjects.map(subjectMark), position, subjects, now, table.sight.permissions],
  );
  return sight ?? UNLIMITED;
};

/** By subject: the place in the log of the newest grant to it that was given or taken back in a range. */
export const marksOf = async (
  tx: Tx,
  { table, tenant }: ShapeDefinition,
  { from, to }: Pick<ChangeRange, 'from' | 'to'>,
): Promise<ReadonlyMap<string, number>> => {
  const marks = await tx.query<{ readonly key: string; readonly seq: number }>(
    `SELECT c.key, max(c.seq) AS seq FROM shape_changes c
     WHERE c.shape = $1 AND c.seq > $2 AND c.seq <= $3 AND c.tenant = $4 AND c.old IS NULL AND c.new IS NULL
     GROUP BY c.key`,
    [table.name, from, to, tenant],
  );
  return new Map(marks.map(({ key, seq }) => [markedSubject(key), seq]));
};

/** By subject: when the newest of its grants that have expired did, in milliseconds since 1970. */
export const expiredOf = async (
  tx: Tx,
  { table, tenant }: ShapeDefinition,
  subjects: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, number>> => {
  if (!table.sight || subjects.length === 0) return new Map();
  const expired = await tx.query<{ readonly subject: string; readonly at: number }>(
    `SELECT s.subject, g.at FROM unnest($2::text[]) s(subject) CROSS JOIN LATERAL (
       SELECT max(g.expires_at) AS at FROM ${table.sight.grants} g
       WHERE g.tenant = $1 AND g.subject = s.subject AND g.permission = ANY($3::text[]) AND g.expires_at <= $4::bigint) g
     WHERE g.at IS NOT NULL`,
    [tenant, subjects, table.sight.permissions, now],
  );
  return new Map(expired.map(({ subject, at }) => [subject, at]));
};
