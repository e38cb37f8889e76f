import { columnOf, columnSql, type ShapeDefinition } from './shape-definition.js';
import type { RowContext } from './shape-column.js';

/** Collects the parameters of one statement. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${String(this.values.length)}`;
  }
}

export interface SqlRow {
  readonly context: RowContext;
  /** SQL of a column's text. */
  readonly text: (name: string) => string;
}

/** A column with its type, for comparisons; free JSON that `jsonb` cannot hold compares as nothing. */
const typed = (shape: ShapeDefinition, row: SqlRow, name: string): string => {
  const { type } = columnOf(shape.table, name);
  const text = row.text(name);
  if (type === 'text') return `(${text}) COLLATE "C"`;
  if (type !== 'jsonb') return `(${text})::${type}`;
  return `(CASE WHEN pg_input_is_valid(${text}, 'jsonb') THEN (${text})::jsonb END)`;
};

/** SQL of the client's condition on a row. */
export const conditionSql = (shape: ShapeDefinition, row: SqlRow, params: Parameters): string =>
  shape.where?.sql({
    column: (name) => typed(shape, row, name),
    param: (value) => params.add(value),
  }) ?? 'true';

/** A row as it was recorded; `null` in SQL where there was none. */
export const recordedRow = ({ table }: ShapeDefinition, context: RowContext, json: string): SqlRow => ({
  context,
  text: (name) => columnSql(table, name, context, { recorded: json }),
});

/** A row as it is, or, where `past` has a row, as that says. */
export const rowSince = ({ table }: ShapeDefinition, context: RowContext, past: string): SqlRow => ({
  context,
  text: (name) => {
    const now = columnSql(table, name, context, {});
    const { fixed } = columnOf(table, name);
    if (fixed) return now;
    return `(CASE WHEN ${past}.key IS NULL THEN (${now})::text ELSE ${columnSql(table, name, context, { recorded: `${past}.old` })} END)`;
  },
});

/** Quoted: names of columns are ours, but may be words of SQL. */
export const quoted = (name: string): string => `"${name}"`;
