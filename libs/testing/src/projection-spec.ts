import { expect } from '@jest/globals';
import type { Change, Projected, Projection, Row, Table } from '@app/projections';
import { coalesce } from '@app/projections';
import type { Json, LogMessage, StateAfter, Unit } from '@app/streams';
import { streamSubject, waitersSubject } from '@app/contracts';

/** What a spec says about a message; the rest is filled in. */
export interface MessageSpec {
  readonly path: string;
  readonly kind?: 'stream' | 'waiters';
  readonly events?: readonly (readonly [type: string, data: Json])[];
  readonly items?: readonly Json[];
  readonly units?: readonly Unit[];
  /** The cold part, when the message carries it. */
  readonly cold?: Json;
}

export const TENANT = 'acme';

const encoder = new TextEncoder();

const state = (seq: number): StateAfter => ({
  incarnation: seq,
  contentType: 'application/json',
  closed: false,
  tail: { seq, pos: 0 },
  producers: [],
  hot: null,
  coldAt: 0,
});

const typesOf = (items: readonly Json[]): readonly string[] => [
  ...new Set(items.flatMap((item) => (item as { readonly type?: string } | null)?.type ?? [])),
];

/** A message as it comes out of the log. */
export const messageOf = (
  seq: number,
  { path, kind = 'stream', events = [], items = [], units, cold }: MessageSpec,
): Projected => {
  const message: LogMessage = {
    subject: kind === 'stream' ? streamSubject(TENANT, path) : waitersSubject(TENANT, path),
    seq,
    time: 1_767_323_045_678 + seq,
    headers: {},
    kind: 'commit',
    prev: 0,
    units: units ?? [{ id: `u${String(seq)}`, count: items.length }],
    events: events.map(([type, data]) => ({ unit: 0, type, data })),
    types: typesOf(items),
    state: state(seq),
    payload: encoder.encode(JSON.stringify(items)),
    ...(cold !== undefined && { cold }),
  };
  return { address: { kind, tenant: TENANT, path }, message };
};

type Rows = Map<string, Map<string, Row>>;

const idOf = (table: Table, row: Row): string => JSON.stringify(table.key.map((column) => row[column]));

/** The meaning of a change, one at a time: what the set-based writer must agree with. */
const applyChange = (rows: Rows, change: Change): void => {
  const { table } = change;
  const own = rows.get(table.name) ?? new Map<string, Row>();
  rows.set(table.name, own);
  if (change.kind === 'deleteWhere') {
    for (const [id, row] of own)
      if (Object.entries(change.match).every(([column, value]) => row[column] === value)) own.delete(id);
    return;
  }
  const id = idOf(table, change.key);
  const before = own.get(id);
  if (change.kind === 'delete') own.delete(id);
  else if (change.kind === 'upsert' || (change.kind === 'insert' && !before))
    own.set(id, { ...change.key, ...change.row });
  else if (change.kind === 'patch' && before) own.set(id, { ...before, ...change.set });
};

const applyCoalesced = (rows: Rows, changes: readonly Change[]): void => {
  for (const { table, deletesWhere, deletes, upserts, inserts, patches } of coalesce(changes)) {
    const split = (row: Row): { key: Row; row: Row } => {
      const entries = Object.entries(row);
      const isKey = ([name]: readonly [string, unknown]): boolean => table.key.includes(name);
      return {
        key: Object.fromEntries(entries.filter(isKey)),
        row: Object.fromEntries(entries.filter((entry) => !isKey(entry))),
      };
    };
    for (const match of deletesWhere) applyChange(rows, { kind: 'deleteWhere', table, match });
    for (const key of deletes) applyChange(rows, { kind: 'delete', table, key });
    for (const row of upserts) applyChange(rows, { kind: 'upsert', table, ...split(row) });
    for (const row of inserts) applyChange(rows, { kind: 'insert', table, ...split(row) });
    for (const { key, set } of patches) applyChange(rows, { kind: 'patch', table, key, set });
  }
};

const sorted = (rows: Rows): Record<string, readonly Row[]> =>
  Object.fromEntries(
    [...rows].map(([name, own]) => [name, [...own].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)]),
  );

const changesOf = (projection: Projection, messages: readonly Projected[]): Change[] =>
  messages.filter((message) => projection.accepts(message)).flatMap((message) => projection.map(message));

/** Rows after these messages; fails unless a batch leaves the same rows as one change at a time. */
export const rowsAfter = (
  projection: Projection,
  specs: readonly MessageSpec[],
  /** Where the batch is cut in two; by default it is one batch. */
  cut = 0,
): Record<string, readonly Row[]> => {
  const messages = specs.map((spec, index) => messageOf(index + 1, spec));
  const oneByOne: Rows = new Map();
  for (const change of changesOf(projection, messages)) applyChange(oneByOne, change);
  const batched: Rows = new Map();
  applyCoalesced(batched, changesOf(projection, messages.slice(0, cut)));
  applyCoalesced(batched, changesOf(projection, messages.slice(cut)));
  const withRows = (rows: Rows): Rows => new Map([...rows].filter(([, own]) => own.size > 0));
  expect(sorted(withRows(batched))).toEqual(sorted(withRows(oneByOne)));
  return sorted(oneByOne);
};

const at = 1_767_323_045_678;

/** A mixed life of several entities, in log order: the same for every caller. */
export const entityLives = (entities: number, rounds: number): readonly MessageSpec[] => {
  const specs: MessageSpec[] = [];
  const path = (n: number): string => `chat/e${String(n)}/main`;
  for (let n = 0; n < entities; n += 1) {
    const spawned = {
      type: 'chat',
      revision: 1,
      typeSeq: 1,
      ancestors: [],
      createdBy: '/principal/user%3Aalice',
      tags: { n: String(n), odd: 'a\u0000b\uD800' },
      at: at + n,
      hasArgs: true,
    };
    specs.push({
      path: path(n),
      events: [['spawned', spawned]],
      items: [{ type: 'entity_created', key: 'entity-created', value: { args: { n, text: '\u0000\uD800' } } }],
    });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let n = 0; n < entities; n += 1) {
      const time = at + round * 1_000 + n;
      const registered = {
        key: `k${String(round % 3)}`,
        subscriber: `/chat/e${String((n + 1) % entities)}`,
        source: `/chat/e${String(n)}`,
        condition: 'runFinished',
        debounceMs: 0,
        timeoutMs: 0,
        includeResponse: true,
        manifestKey: `m${String(round % 2)}`,
        at: new Date(time).toISOString(),
      };
      switch ((round + n) % 6) {
        case 0:
          specs.push({ path: path(n), events: [['status', { status: 'running', at: time }]] });
          break;
        case 1:
          specs.push({
            path: path(n),
            events: [['tagged', { key: `t${String(round % 2)}`, value: String(round), at: time }]],
          });
          break;
        case 2:
          specs.push({ path: path(n), kind: 'waiters', events: [['registered', registered]] });
          break;
        case 3:
          specs.push({ path: path(n), events: [['untagged', { key: `t${String(round % 2)}`, at: time }]] });
          break;
        case 4:
          specs.push({
            path: path(n),
            kind: 'waiters',
            events: [['unregistered', { subscriber: registered.subscriber, manifestKey: registered.manifestKey }]],
          });
          break;
        default:
          specs.push({
            path: path(n),
            events: [['claimed', { epoch: round + 1, runner: 'r', leaseMs: 1_000, at: time }]],
            items: [{ type: 'text', key: `x${String(round)}`, value: { round }, headers: { operation: 'insert' } }],
            units: [{ id: `key-${String(n)}-${String(round)}`, count: 1, keyed: true }],
          });
      }
    }
  }
  return specs;
};
