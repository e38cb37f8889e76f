import type { Tx } from '../sql/tx.js';
import type { PageLimits, ShapeRow } from './read-page.js';
import { columnOf, columnSql, type ChangeRange, type ShapeDefinition } from './shape-definition.js';
import { conditionSql, Parameters, recordedRow } from './shape-sql.js';
import { scopeSql } from './shape-scope.js';

/** What happened to a row, as those see it who follow the shape. */
export interface ShapeChange {
  readonly operation: 'insert' | 'update' | 'delete';
  /** Place in the log, which is what its writer was told. */
  readonly seq: number;
  readonly row: ShapeRow;
  /** Of an update, when whole rows are asked for: what its changed columns were. */
  readonly old?: ShapeRow;
  readonly needs: number;
}

interface Found {
  readonly seq: number;
  readonly next: number | null;
  readonly was: boolean;
  readonly is: boolean;
  readonly needs: number;
  /** Columns that never change; all but the key are null where nobody needs them. */
  readonly fixed: ShapeRow;
  readonly old: ShapeRow;
  readonly new: ShapeRow;
  readonly seers: string | null;
}

/** A change, and who sees it, as grants call them. */
export interface SeenChange {
  readonly change: ShapeChange;
  readonly seers: readonly string[];
}

const object = (columns: readonly string[], sql: (column: string) => string): string =>
  columns.length === 0
    ? `'{}'::json`
    : `json_build_object(${columns.map((column) => `'${column}', (${sql(column)})::text`).join(', ')})`;

const statement = (
  shape: ShapeDefinition,
  { from, to, now, withSeers }: ChangeRange,
  { rows, bytes }: PageLimits,
  params: Parameters,
): string => {
  const { table, columns, tenant, full } = shape;
  const context = { tenant: 'c.tenant', key: 'c.key' };
  const [was, is] = [recordedRow(shape, context, 'c.old'), recordedRow(shape, context, 'c.new')];
  const [name, since, until, of] = [params.add(table.name), params.add(from), params.add(to), params.add(tenant)];
  const isFixed = (column: string): boolean => columnOf(table, column).fixed !== undefined;
  const isKey = (column: string): boolean => column === 'tenant_id' || column === table.key;
  const moving = columns.filter((column) => !isFixed(column));
  // An update names what changed; large columns that never do are read for inserts only.
  const whole = full ? 'true' : `"is" AND NOT "was"`;
  const scope = scopeSql(shape, now, params);
  const seers = withSeers && table.sight?.seers?.(params.add(now));
  return `
    WITH seen AS (
      SELECT c.seq, c.tenant, c.key, c.old, c.new,
        coalesce(c.old IS NOT NULL AND (${conditionSql(shape, was, params)}), false) AS "was",
        coalesce(c.new IS NOT NULL AND (${conditionSql(shape, is, params)}), false) AS "is"
      FROM shape_changes c
      LEFT JOIN ${table.rows} ON ${table.rowTenant} = c.tenant AND ${table.rowKey} = c.key ${table.joins}
      WHERE c.shape = ${name} AND c.seq > ${since}::bigint AND c.seq <= ${until}::bigint AND c.tenant = ${of}
        AND ${scope}),
    page AS (
      SELECT c.*, coalesce(octet_length(c.old), 0) + coalesce(octet_length(c.new), 0) AS "moved"
      FROM seen c WHERE "was" OR "is" ORDER BY c.seq LIMIT ${String(rows + 1)}),
    sized AS (
      SELECT c.*, ${table.needs ?? '0'} AS "needs",
        "moved" + CASE WHEN ${whole} THEN ${table.fixedSize} ELSE 100 END AS "size",
        ${object(columns.filter(isFixed), (column) => {
          const sql = columnSql(table, column, context, {});
          return isKey(column) ? sql : `CASE WHEN ${whole} THEN ${sql} END`;
        })} AS "fixed", ${seers ?? 'NULL'} AS "seers"
      FROM page c
      LEFT JOIN ${table.rows} ON ${table.rowTenant} = c.tenant AND ${table.rowKey} = c.key ${table.joins}),
    bounded AS (
      SELECT *, lead(seq) OVER w AS "next", sum("size") OVER w - "size" AS "before"
      FROM sized WINDOW w AS (ORDER BY seq))
    SELECT c.seq, "next", "was", "is", coalesce("needs", 0) AS "needs", "fixed", "seers",
      ${object(moving, (column) => was.text(column))} AS "old",
      ${object(moving, (column) => is.text(column))} AS "new"
    FROM bounded c WHERE "before" < ${String(bytes)} ORDER BY c.seq LIMIT ${String(rows)}`;
};

const operationOf = ({ was, is }: Found): ShapeChange['operation'] => {
  if (!is) return 'delete';
  return was ? 'update' : 'insert';
};

const only = (row: ShapeRow, names: readonly string[]): ShapeRow =>
  Object.fromEntries(names.map((name) => [name, row[name] ?? null]));

const changeOf = ({ table, full }: ShapeDefinition, found: Found): ShapeChange => {
  const operation = operationOf(found);
  const { seq, needs, fixed, old, new: now } = found;
  const key = only(fixed, ['tenant_id', table.key]);
  const base = { operation, seq, needs: operation === 'delete' ? 0 : needs };
  if (operation === 'insert') return { ...base, row: { ...fixed, ...now } };
  if (operation === 'delete') return { ...base, row: full ? { ...fixed, ...old } : key };
  const changed = Object.keys(now).filter((name) => now[name] !== old[name]);
  return full
    ? { ...base, row: { ...fixed, ...now }, old: only(old, changed) }
    : { ...base, row: { ...key, ...only(now, changed) } };
};

/** Changes of a range, as many as fit into an answer. */
export const readChanges = async (
  tx: Tx,
  shape: ShapeDefinition,
  range: ChangeRange,
  limits: PageLimits,
): Promise<{ readonly seen: readonly SeenChange[]; readonly position: number; readonly more: boolean }> => {
  const params = new Parameters();
  const text = statement(shape, range, limits, params);
  const found = await tx.queryOnce<Found>(text, params.values);
  const seen = found.map((each) => ({ change: changeOf(shape, each), seers: each.seers?.split(' ') ?? [] }));
  const next = found.at(-1)?.next ?? null;
  if (next === null) return { seen, position: range.to, more: false };
  // What one message did to several rows stays together.
  while (seen.length > 1 && seen.at(-1)?.change.seq === next) seen.pop();
  return { seen, position: seen.at(-1)?.change.seq ?? range.from, more: true };
};
