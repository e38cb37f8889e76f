import type { Database } from '../sql/database.js';
import type { Tx } from '../sql/tx.js';
import { ProjectionRebuilding } from '../queries/projection-state.js';
import { readChanges, type ShapeChange } from './read-changes.js';
import { PAGE_LIMITS, readPage, type PageLimits, type PlacedRow } from './read-page.js';
import { EVERYBODY, type ShapeDefinition } from './shape-definition.js';
import { expiredOf, marksOf, sightOf, subjectsOf, wholeSight } from './shape-scope.js';

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

/** Who follows a shape, and what he has already. */
export interface Follower {
  readonly shape: ShapeDefinition;
  readonly from: number;
}

export interface TogetherChanges {
  /** What is the same for all. */
  readonly head: ShapeHead;
  readonly all: readonly ShapeChanges[];
}

type Read = Awaited<ReturnType<typeof readChanges>>;

const NOTHING_READ: Read = { seen: [], position: 0, more: false };
const NO_MARKS: ReadonlyMap<string, number> = new Map();

interface ReadTogether {
  readonly head: ShapeHead;
  readonly read: Read;
  /** What of it each subject sees. */
  readonly bySubject: ReadonlyMap<string, readonly ShapeChange[]>;
  /** By subject: when it began to see other rows, as places in the log and as times. */
  readonly marks: ReadonlyMap<string, number>;
  readonly expired: ReadonlyMap<string, number>;
}

const changesBySubject = ({ seen }: Read): ReadonlyMap<string, readonly ShapeChange[]> => {
  const bySubject = new Map<string, ShapeChange[]>();
  for (const { change, seers } of seen)
    for (const subject of new Set(seers)) {
      const own = bySubject.get(subject);
      if (own) own.push(change);
      else bySubject.set(subject, [change]);
    }
  return bySubject;
};

/** What a reader sees, in the order of the log. */
const seenBy = (subjects: readonly string[], { read, bySubject }: ReadTogether): readonly ShapeChange[] => {
  const [own = [], ...others] = subjects.flatMap((subject) => {
    const seen = bySubject.get(subject);
    return seen ? [seen] : [];
  });
  if (others.length === 0) return own;
  const any = new Set([own, ...others].flat());
  return read.seen.flatMap(({ change }) => (any.has(change) ? [change] : []));
};

/** What one of them would have found alone. */
const changesFor = ({ shape: { scope }, from }: Follower, together: ReadTogether): ShapeChanges => {
  const { head: common, read, marks, expired } = together;
  const subjects = scope.reader ? subjectsOf(scope.reader) : [];
  const newest = (places: ReadonlyMap<string, number>): number =>
    subjects.reduce((most, subject) => Math.max(most, places.get(subject) ?? 0), 0);
  const head = { ...common, floor: Math.max(common.floor, newest(marks)), expired: newest(expired) };
  if (from < head.floor || from >= head.position) return { head, changes: [], position: from, more: false };
  const position = Math.max(from, read.position);
  const seen = scope.reader ? seenBy(subjects, together) : read.seen.map(({ change }) => change);
  const changes = seen.filter(({ seq }) => seq > from);
  return { head, changes, position, more: position < head.position };
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
