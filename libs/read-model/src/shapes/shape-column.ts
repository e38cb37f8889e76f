import type { Condition, RowReader } from '../queries/readable.js';
import type { SqlType } from './where/where-types.js';

/** Where the SQL of a column is evaluated: aliases `t` (and others) of the table's own rows, beside its key. */
export interface RowContext {
  readonly tenant: string;
  readonly key: string;
}

export interface ShapeColumn {
  readonly type: SqlType;
  readonly notNull?: true;
  /** SQL of a column that never changes. */
  readonly fixed?: (context: RowContext) => string;
  /** SQL of a column that may: from the row as it is, and from a recorded row (JSON text). */
  readonly current?: string;
  readonly recorded?: (row: string) => string;
}

/** Of a statement that asks who sees what: its tenant, its parameters so far, and the instant. */
export interface SightPlace {
  readonly tenant: string;
  readonly parameters: number;
  readonly now: number;
}

/** Who sees which rows, for principals that do not see all. */
export interface Sight {
  /** Table of the grants that decide it, and which permissions count. */
  readonly grants: 'entity_grants' | 'entity_type_grants';
  readonly permissions: readonly string[];
  readonly rows: (reader: RowReader, at: SightPlace) => Condition;
  /** SQL of everybody who sees a row, parted by spaces; absent: it can only be said of one reader. `instant`: SQL. */
  readonly seers?: (instant: string) => string;
}

/** A table that clients follow, as SQL. */
export interface ShapeTable {
  readonly name: string;
  readonly projection: string;
  readonly group: 'projector' | 'registry';
  /** The column that names a row beside `tenant_id`; both are in every message. */
  readonly key: string;
  /** FROM item of the rows, joined on nothing. */
  readonly rows: string;
  /** Further joins that fixed columns need. */
  readonly joins: string;
  readonly rowTenant: string;
  readonly rowKey: string;
  readonly columns: Readonly<Record<string, ShapeColumn>>;
  /** SQL of bytes of the large columns that never change. */
  readonly fixedSize: string;
  /** SQL of bytes of the columns that may. */
  readonly movingSize: string;
  /** Absent: everybody sees everything. */
  readonly sight?: Sight;
  /** Its rows are not written down, only that some have changed: then who follows it begins anew. */
  readonly whole?: true;
  /** SQL of the place in the registry that must have been applied before the row is complete. */
  readonly needs?: string;
}

export const tenantId: ShapeColumn = { type: 'text', notNull: true, fixed: ({ tenant }) => tenant };
export const keyColumn: ShapeColumn = { type: 'text', notNull: true, fixed: ({ key }) => key };

export const fixed = (type: SqlType, sql: string, notNull?: true): ShapeColumn => ({
  type,
  fixed: () => sql,
  ...(notNull && { notNull }),
});
