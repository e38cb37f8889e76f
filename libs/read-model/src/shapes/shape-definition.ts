import { createHash } from 'node:crypto';
import type { RowReader } from '../queries/readable.js';
import type { RowContext, ShapeColumn, ShapeTable } from './shape-column.js';
import { shapeTable } from './shape-table.js';
import { WhereCompiler } from './where/compile-where.js';
import { loadParser, parseWhere } from './where/parse-where.js';
import type { Operand } from './where/where-types.js';

export interface ShapeRequest {
  readonly tenant: string;
  readonly table: string;
  readonly where?: string;
  /** Values of `$1`, `$2` … in `where`. */
  readonly params: Readonly<Record<string, string>>;
  /** All that there are when absent. */
  readonly columns?: readonly string[];
  /** Whether updates and deletes hold whole rows. */
  readonly full: boolean;
}

export interface ColumnSchema {
  readonly type: string;
  readonly not_null?: true;
}

/** There is no such table, or it has no such column. */
export class UnknownColumn extends Error {
  override readonly name = 'UnknownColumn';
}

/** Which rows a principal may see: part of every query, and of the identity of the shape. */
export interface ShapeScope {
  /** The same for principals that see the same. */
  readonly key: string;
  /** Absent: everything is seen. */
  readonly reader?: RowReader;
}

/** What is seen by whoever passes every check. */
export const EVERYBODY: ShapeScope = { key: 'all' };

/** What a client follows: rows of a table it may see, that meet its condition, and some of their columns. */
export interface ShapeDefinition {
  /** The same for equal requests on every gateway, and for nothing else. */
  readonly id: string;
  /** The same for shapes that differ in nothing but who follows them. */
  readonly followed: string;
  readonly tenant: string;
  readonly table: ShapeTable;
  readonly scope: ShapeScope;
  /** What is seen of it may end with time alone. */
  readonly timed: boolean;
  readonly where?: Operand;
  /** Key columns included. */
  readonly columns: readonly string[];
  readonly full: boolean;
  readonly schema: Readonly<Record<string, ColumnSchema>>;
}

/** After `from`, up to `to`. */
export interface ChangeRange {
  readonly from: number;
  readonly to: number;
  /** When they are asked for, in milliseconds since 1970. */
  readonly now: number;
  /** Whether it is asked who sees each of them. */
  readonly withSeers?: true;
}

// Whoever changes what a shape of the same request holds counts this up.
const VERSION = 1;

const columnsOf = ({ name, key, columns }: ShapeTable, wanted: readonly string[] | undefined): readonly string[] => {
  const unknown = wanted?.find((each) => !Object.hasOwn(columns, each));
  if (unknown !== undefined) throw new UnknownColumn(`the table ${name} has no column "${unknown}"`);
  return Object.keys(columns).filter(
    (each) => !wanted || each === 'tenant_id' || each === key || wanted.includes(each),
  );
};

const schemaOf = (table: ShapeTable, names: readonly string[]): Readonly<Record<string, ColumnSchema>> =>
  Object.fromEntries(
    names.map((name) => {
      const { type, notNull } = columnOf(table, name);
      return [name, { type, ...(notNull && { not_null: notNull }) }];
    }),
  );

export const columnOf = ({ name: table, columns }: ShapeTable, name: string): ShapeColumn => {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (!column) throw new UnknownColumn(`the table ${table} has no column "${name}"`);
  return column;
};

const compiled = async (table: ShapeTable, { where, params }: ShapeRequest): Promise<Operand | undefined> => {
  if (where === undefined) return undefined;
  await loadParser();
  const columnType = (name: string) => (Object.hasOwn(table.columns, name) ? table.columns[name]?.type : undefined);
  return new WhereCompiler(columnType, params).condition(parseWhere(where));
};

const idOf = (request: ShapeRequest, scope: Pick<ShapeScope, 'key'>, columns: readonly string[]): string => {
  const { tenant, table, where, params, full } = request;
  const used = where === undefined ? [] : Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const identity = JSON.stringify([VERSION, tenant, table, scope.key, where ?? null, used, columns, full]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 24);
};

/** @throws InvalidWhere, UnknownColumn. Undefined for a table that is not served. */
export const defineShape = async (request: ShapeRequest, scope: ShapeScope): Promise<ShapeDefinition | undefined> => {
  const table = shapeTable(request.table);
  if (!table) return undefined;
  const columns = columnsOf(table, request.columns);
  const where = await compiled(table, request);
  return {
    id: idOf(request, scope, columns),
    followed: idOf(request, EVERYBODY, columns),
    tenant: request.tenant,
    table,
    scope,
    timed: scope.reader !== undefined || table.whole === true,
    ...(where && { where }),
    columns,
    full: request.full,
    schema: schemaOf(table, columns),
  };
};

/** SQL of a column of a row that is, was or became; text as clients get it. */
export const columnSql = (
  table: ShapeTable,
  name: string,
  context: RowContext,
  row: { readonly recorded?: string },
): string => {
  const { fixed, current, recorded } = columnOf(table, name);
  if (fixed) return fixed(context);
  return row.recorded !== undefined && recorded ? recorded(row.recorded) : (current ?? 'NULL');
};
