import type { Database } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';
import { ProjectionRebuilding } from '../queries/projection-state.js';
import { readChanges, type ShapeChange } from './read-changes.js';
import { PAGE_LIMITS, readPage, type PageLimits, type PlacedRow } from './read-page.js';
import type { ShapeDefinition } from './shape-definition.js';
import { sightOf, wholeSight } from './shape-scope.js';

/** Where a shape can be read from, all as of one moment. */
export interface ShapeHead {
  readonly generation: number;
  /** Changes up to here are not kept, or the principal saw other rows then. */
  readonly floor: number;
  /** When grants expired by which the principal saw more; another time means other rows. */
  readonly expired: number;
  /** Every lane has applied the log up to here; nothing of it will be added to later. */
  readonly position: number;
  /** The same of the registry. */
  readonly registry: number;
}

export interface ShapePage {
  readonly head: ShapeHead;
  /** The rows are as they were here. */
  readonly position: number;
  readonly rows: readonly PlacedRow[];
  /** Where the next page begins; absent when this was the last. */
  readonly next?: number;
}

export interface ShapeChanges {
  readonly head: ShapeHead;
  readonly changes: readonly ShapeChange[];
  /** All up to here are among them. */
  readonly position: number;
  /** There are more. */
  readonly more: boolean;
}

/** Rows refer to what the registry's lane has not applied yet: wait for it, then read again. */
export class RegistryBehind extends Error {
  override readonly name = 'RegistryBehind';
  constructor(readonly seq: number) {
    super(`the registry has not been applied up to ${String(seq)}`);
  }
}

const REGISTRY = 'registry';
// Clients write the conditions: one that is slow for the data there is must not hold a connection for long.
const STATEMENT_MS = 10_000;

interface HeadFound {
  readonly generation: number;
  readonly horizon: number;
  readonly state: string | null;
  readonly position: number;
  readonly registry: number;
}

/** `from`: what the reader has already; absent when it begins. */
const headOf = async (tx: Tx, shape: ShapeDefinition, now: number, from?: number): Promise<ShapeHead> => {
  const { table } = shape;
  const [row] = await tx.query<HeadFound>(
    `SELECT l.generation, l.horizon, p.state,
            (SELECT coalesce(min(position), 0) FROM lanes WHERE worker_group = l.worker_group) AS position,
            (SELECT coalesce(min(position), 0) FROM lanes WHERE worker_group = $3) AS registry
     FROM shape_logs l LEFT JOIN projections p ON p.name = $2 WHERE l.shape = $1`,
    [table.name, table.projection, REGISTRY],
  );
  if (!row) throw new Error(`the shape ${table.name} has no log`);
  if (row.state === 'rebuilding') throw new ProjectionRebuilding(table.projection);
  const { generation, horizon, position, registry } = row;
  const { changed, expired } = table.whole
    ? await wholeSight(tx, shape, { from: from ?? position, to: position, now })
    : await sightOf(tx, shape, position, now);
  // Where only beginning anew helps, every beginning has a handle of its own.
  const floor = table.whole && from === undefined ? position : Math.max(horizon, changed);
  return { generation, floor, expired, position, registry };
};

const complete = <T extends { readonly needs: number }>(rows: readonly T[], { registry }: ShapeHead): readonly T[] => {
  const needs = rows.reduce((highest, row) => Math.max(highest, row.needs), 0);
  if (needs > registry) throw new RegistryBehind(needs);
  return rows;
};

/**
 * Reads shapes. Every answer is one snapshot of the database; `now` is the time, in milliseconds since 1970.
 * @throws ProjectionRebuilding, RegistryBehind
 */
export class ShapeStore {
  constructor(
    private readonly db: Database,
    private readonly limits: PageLimits = PAGE_LIMITS,
  ) {}

  /** Rows as of `from.position`, in an order of their own, after `from.after`; by default the first of now. */
  page(
    shape: ShapeDefinition,
    now: number,
    from?: { readonly position: number; readonly after: number },
  ): Promise<ShapePage> {
    return this.reading(async (tx) => {
      const head = await headOf(tx, shape, now, from?.position);
      const position = from?.position ?? head.position;
      if (position < head.floor) return { head, position, rows: [] };
      const { rows, next } = await readPage(tx, shape, { position, after: from?.after ?? 0, now }, this.limits);
      complete(rows, head);
      return { head, position, rows, ...(next !== undefined && { next }) };
    });
  }

  /** What happened after `from` to rows that are or were in the shape. */
  changes(shape: ShapeDefinition, now: number, from: number): Promise<ShapeChanges> {
    return this.reading(async (tx) => {
      const head = await headOf(tx, shape, now, from);
      if (from < head.floor || from >= head.position) return { head, changes: [], position: from, more: false };
      if (shape.table.whole) return { head, changes: [], position: head.position, more: false };
      const { changes, position, more } = await readChanges(tx, shape, { from, to: head.position, now }, this.limits);
      complete(changes, head);
      return { head, changes, position, more };
    });
  }

  private reading<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.db.transaction(work, { isolation: 'repeatable read', statementMs: STATEMENT_MS });
  }
}
