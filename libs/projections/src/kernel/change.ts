import type { Cell, Table } from './table.js';

export type Row = Readonly<Record<string, Cell>>;

/**
 * What a message does to rows. `key` holds the key columns, `row` every other column of the table. A table takes either
 * `insert` (first one wins) or `upsert` and `patch`; both may be deleted.
 */
export type Change =
  | { readonly kind: 'upsert' | 'insert'; readonly table: Table; readonly key: Row; readonly row: Row }
  /** Nothing when there is no such row. */
  | { readonly kind: 'patch'; readonly table: Table; readonly key: Row; readonly set: Row }
  | { readonly kind: 'delete'; readonly table: Table; readonly key: Row }
  /** Every row with these values; one of the columns must name the stream. */
  | { readonly kind: 'deleteWhere'; readonly table: Table; readonly match: Row };
