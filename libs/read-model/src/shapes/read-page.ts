import type { Tx } from '../sql/tx.js';
import type { ShapeDefinition } from './shape-definition.js';
import { conditionSql, Parameters, quoted, rowSince } from './shape-sql.js';
import { scopeSql } from './shape-scope.js';

/** Columns as text. */
export type ShapeRow = Readonly<Record<string, string | null>>;

export interface PlacedRow {
  readonly row: ShapeRow;
  readonly place: number;
  /** Place in the registry that the row refers to. */
  readonly needs: number;
}

/** What one answer holds at most: so many rows, and content after which it ends; at least one row is given. */
export interface PageLimits {
  readonly rows: number;
  readonly bytes: number;
}

export const PAGE_LIMITS: PageLimits = { rows: 1_000, bytes: 4 * 1024 * 1024 };

/** A place among the rows as they were at a position. */
export interface PageStart {
  readonly position: number;
  readonly after: number;
  /** When it is asked for, in milliseconds since 1970. */
  readonly now: number;
}

interface Found {
  readonly place: number;
  readonly next: number | null;
  readonly needs: number;
  readonly columns: ShapeRow;
}

/**
 * Rows that have changed since `position` are taken from the first change after it, which says what they were; those
 * that came later are left out. So all pages of a snapshot show one moment, however long it takes to fetch them.
 */
const statement = (
  shape: ShapeDefinition,
  { position, after, now }: PageStart,
  { rows, bytes }: PageLimits,
  params: Parameters,
): string => {
  const { table, columns, tenant } = shape;
  const context = { tenant: table.rowTenant, key: table.rowKey };
  const row = rowSince(shape, context, 'later');
  const place = `shape_place(${table.rowKey})`;
  const [name, since, of] = [params.add(table.name), params.add(position), params.add(tenant)];
  return `
    WITH later AS (
      SELECT DISTINCT ON (key) key, old FROM shape_changes
      WHERE shape = ${name} AND seq > ${since}::bigint AND tenant = ${of} ORDER BY key, seq),
    page AS (
      SELECT ${columns.map((column) => `(${row.text(column)})::text AS ${quoted(column)}`).join(', ')},
        ${place} AS "place", ${table.needs ?? '0'} AS "needs", ${table.fixedSize} + ${table.movingSize} AS "size"
      FROM ${table.rows} ${table.joins} LEFT JOIN later ON later.key = ${table.rowKey}
      WHERE ${table.rowTenant} = ${of} AND ${place} > ${params.add(after)}::bigint
        AND (later.key IS NULL OR later.old IS NOT NULL)
        AND ${scopeSql(shape, now, params)} AND (${conditionSql(shape, row, params)})
      ORDER BY ${place} LIMIT ${String(rows + 1)}),
    bounded AS (
      SELECT *, lead("place") OVER w AS "next", sum("size") OVER w - "size" AS "before"
      FROM page WINDOW w AS (ORDER BY "place"))
    SELECT "place", "next", "needs", json_build_object(${columns
      .map((column) => `'${column}', ${quoted(column)}`)
      .join(', ')}) AS "columns"
    FROM bounded WHERE "before" < ${String(bytes)} ORDER BY "place" LIMIT ${String(rows)}`;
};

export const readPage = async (
  tx: Tx,
  shape: ShapeDefinition,
  start: PageStart,
  limits: PageLimits,
): Promise<{ readonly rows: readonly PlacedRow[]; readonly next?: number }> => {
  const params = new Parameters();
  const text = statement(shape, start, limits, params);
  const found = await tx.queryOnce<Found>(text, params.values);
  const rows = found.map(({ columns, place, needs }) => ({ row: columns, place, needs }));
  const next = found.at(-1)?.next ?? null;
  if (next === null) return { rows };
  // Two rows of one place stay together, or the second would be passed over.
  while (rows.length > 1 && rows.at(-1)?.place === next) rows.pop();
  return { rows, next: rows.at(-1)?.place ?? start.after };
};
