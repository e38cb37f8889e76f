import type { Database } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';
import { ProjectionRebuilding } from '../queries/projection-state.js';
import { readChanges } from './read-changes.js';
import { PAGE_LIMITS, readPage, type PageLimits } from './read-page.js';
import {
  changesBySubject,
  changesFor,
  type Follower,
  type ReadTogether,
  type TogetherChanges,
} from './read-together.js';
import type { ShapeChanges, ShapeHead, ShapePage } from './shape-answers.js';
import { EVERYBODY, type ShapeDefinition } from './shape-definition.js';
import { expiredOf, marksOf, sightOf, subjectsOf, wholeSight } from './shape-scope.js';

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

/** Of a table, whoever reads it. */
const tableHead = async (tx: Tx, { table }: ShapeDefinition): Promise<Omit<HeadFound, 'state'>> => {
  const [row] = await tx.query<HeadFound>(
    `SELECT l.generation, l.horizon, p.state,
            (SELECT coalesce(min(position), 0) FROM lanes WHERE worker_group = l.worker_group) AS position,
            (SELECT coalesce(min(position), 0) FROM lanes WHERE worker_group = $3) AS registry
     FROM shape_logs l LEFT JOIN projections p ON p.name = $2 WHERE l.shape = $1`,
    [table.name, table.projection, REGISTRY],
  );
  if (!row) throw new Error(`the shape ${table.name} has no log`);
  if (row.state === 'rebuilding') throw new ProjectionRebuilding(table.projection);
  return row;
};

/** `from`: what the reader has already; absent when it begins. */
const headOf = async (tx: Tx, shape: ShapeDefinition, now: number, from?: number): Promise<ShapeHead> => {
  const { table } = shape;
  const { generation, horizon, position, registry } = await tableHead(tx, shape);
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

const NOTHING_READ: ReadTogether['read'] = { seen: [], position: 0, more: false };
const NO_MARKS: ReadonlyMap<string, number> = new Map();

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
      const { seen, position, more } = await readChanges(tx, shape, { from, to: head.position, now }, this.limits);
      const changes = seen.map(({ change }) => change);
      complete(changes, head);
      return { head, changes, position, more };
    });
  }

  /**
   * The same for many at once, in one snapshot and by one reading of what happened after the first of them: of shapes that
   * differ in nothing but who follows them, and of whose rows can be said who sees them. In their order.
   */
  together(followers: readonly Follower[], now: number): Promise<TogetherChanges> {
    return this.reading(async (tx) => {
      const [first] = followers;
      if (!first) throw new Error('nobody follows');
      const shape = { ...first.shape, scope: EVERYBODY };
      const { generation, horizon, position, registry } = await tableHead(tx, shape);
      const head = { generation, floor: horizon, expired: 0, position, registry };
      // Who must begin anew is of no interest here.
      const from = followers.reduce((least, { from: at }) => (at < horizon ? least : Math.min(least, at)), position);
      const range = { from, to: position, now, withSeers: true } as const;
      const read = from < position ? await readChanges(tx, shape, range, this.limits) : NOTHING_READ;
      complete(
        read.seen.map(({ change }) => change),
        head,
      );
      const readers = followers.flatMap((follower) => follower.shape.scope.reader ?? []);
      const marks = readers.length > 0 ? await marksOf(tx, shape, range) : NO_MARKS;
      const expired = await expiredOf(tx, shape, [...new Set(readers.flatMap(subjectsOf))], now);
      const found = { head, read, bySubject: changesBySubject(read), marks, expired };
      return { head, all: followers.map((follower) => changesFor(follower, found)) };
    });
  }

  private reading<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.db.transaction(work, { isolation: 'repeatable read', statementMs: STATEMENT_MS });
  }
}
