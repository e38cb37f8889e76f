import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { logAddress } from '@app/messaging';
import {
  defineShape,
  LaneWorker,
  LocalLaneHints,
  openDatabase,
  projectionGroups,
  ProjectorWork,
  rebuild,
  scopeOf,
  ShapeFollower,
  ShapeStore,
  trimShapes,
  type Database,
  type LaneBatch,
  type LaneWork,
  type RowReader,
  type ShapeDefinition,
  type ShapeNews,
  type Tx,
} from '@app/read-model';
import { waitUntil } from '@app/platform/embedded/wait-until.js';
import type { Log } from '@app/streams';
import { encodeMessage } from '@app/streams/codec/index.js';
import {
  connectToNats,
  JetStreamBackend,
  openJetStreamLog,
  type NatsConnection,
} from '@app/streams/jetstream/index.js';
import { Chance } from '@app/testing/chance.js';
import { entityLives, messageOf, TENANT, type MessageSpec } from '@app/testing/projection-spec.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { NOW, ShapeClient, SMALL } from './shapes/shape-client.js';

const GROUP = 'projector';
const ROUNDS = Number(process.env['REVEILLE_SHAPE_ROUNDS'] ?? 15);
const projections = projectionGroups.find(({ group }) => group === GROUP)?.projections ?? [];

let servers: TestServers;
let connection: NatsConnection;
let number = 0;
let log: Log;
let backend: JetStreamBackend;
let prefix: string;
let url: string;
let db: Database;
const opened: Database[] = [];
const workers: LaneWorker[] = [];

const open = async (at = url): Promise<Database> => {
  const database = await openDatabase({ url: at });
  opened.push(database);
  // Nobody keeps types here; rows that name them are not to be waited for.
  await database.execute(`INSERT INTO lane_groups VALUES ('registry', 1, 'fnv1a-1') ON CONFLICT DO NOTHING`);
  await database.execute(
    `INSERT INTO lanes (worker_group, lane, position) VALUES ('registry', 0, 1000) ON CONFLICT DO NOTHING`,
  );
  return database;
};

const publish = async (specs: readonly MessageSpec[]): Promise<number> => {
  let last = 0;
  for (const spec of specs) {
    const { message } = messageOf(0, spec);
    const draft = { ...message, state: { ...message.state, incarnation: 0, tail: 'self', coldAt: 'none' } } as const;
    last = await backend.publish(`${prefix}${message.subject}`, encodeMessage(draft), null);
  }
  return last;
};

const start = (
  database: Database,
  work: LaneWork = new ProjectorWork(projections),
  messages = 1_000,
): LocalLaneHints => {
  const hints = new LocalLaneHints();
  const worker = new LaneWorker(database, log, work, {
    group: GROUP,
    address: (subject) => logAddress(subject.slice(prefix.length)),
    hints,
    leaseMs: 600,
    synchronousCommit: 'off',
    batch: { messages, bytes: 1 << 20 },
  });
  workers.push(worker);
  worker.start();
  return hints;
};

const until = async (what: string, check: () => boolean | Promise<boolean>): Promise<void> => {
  const found = await waitUntil(async () => ((await check()) ? true : undefined), { withinMs: 60_000 });
  if (!found) throw new Error(`never: ${what}; workers: ${JSON.stringify(workers.map((each) => each.status()))}`);
};

const position = async (database = db): Promise<number> => {
  const [row] = await database.query<{ at: number | null }>(
    `SELECT min(position) AS at FROM lanes WHERE worker_group = '${GROUP}'`,
  );
  return row?.at ?? 0;
};

const reached = (seq: number, database = db): Promise<void> =>
  until(`lanes at ${String(seq)}`, async () => (await position(database)) >= seq);

const EVERYBODY = { principal: '/principal/x', kind: 'user', bypass: true };

const shapeOf = async (where?: string, full = false, reader: RowReader = EVERYBODY): Promise<ShapeDefinition> => {
  const table = 'entities';
  const request = { tenant: TENANT, table, params: {}, full, ...(where !== undefined && { where }) };
  const shape = await defineShape(request, scopeOf({ ...reader, table }));
  if (!shape) throw new Error('no such table');
  return shape;
};

/** A projector whose transactions take their time, each another. */
const slow = (chance: Chance): LaneWork => {
  const work = new ProjectorWork(projections);
  return {
    relevant: (message, address) => work.relevant(message, address),
    acquired: (lanes, tx) => work.acquired(lanes, tx),
    apply: async (tx: Tx, batch: LaneBatch) => {
      await delay(chance.between(0, 24));
      await work.apply(tx, batch);
      await delay(chance.between(0, 24));
    },
    committed: () => work.committed(),
  };
};

const sorted = (client: ShapeClient): unknown => [...client.rows].sort(([a], [b]) => (a < b ? -1 : 1));

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  connection = await connectToNats(servers.natsUrl, 'shapes-test');
}, 60_000);

afterAll(async () => {
  await connection.close();
  await servers.stop();
});

beforeEach(async () => {
  number += 1;
  prefix = `s${String(number)}.`;
  const name = `S${String(number)}`;
  log = await openJetStreamLog(connection, { name, subjects: `${prefix}>` });
  backend = await JetStreamBackend.open(connection, name, 1_000);
  url = await servers.freshDatabase();
  db = await open();
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await backend.close();
  await log.close();
});

describe('readers of shapes', () => {
  it.each([undefined, `status = 'running' OR tags->>'t0' > '1'`])(
    'miss nothing of two projectors whose lanes commit in any order; where: %s',
    async (where) => {
      const chance = new Chance(7);
      start(db, slow(chance), 7);
      start(await open(), slow(chance), 5);
      const store = new ShapeStore(db, SMALL);
      const shape = await shapeOf(where);
      const end = publish(entityLives(12, ROUNDS));
      const clients: ShapeClient[] = [];
      let last = Infinity;
      void end.then((seq) => (last = seq));
      do {
        const client = new ShapeClient(store, shape);
        await client.begin(() => delay(chance.between(0, 9)));
        clients.push(client);
        for (const each of clients.filter(() => chance.between(0, 2) > 0)) await each.follow();
        await delay(chance.between(0, 19));
      } while ((await position()) < last);
      for (const each of clients) while (each.position < last) await each.follow();
      const fresh = new ShapeClient(store, shape);
      await fresh.begin();
      expect(clients.length).toBeGreaterThan(3);
      for (const each of clients) expect(sorted(each)).toEqual(sorted(fresh));
      const first = new Set(clients[0]?.seen);
      for (const each of clients) expect(each.seen.every((seq) => first.has(seq))).toBe(true);
      expect(first.size).toBeGreaterThan(ROUNDS);
    },
    60_000,
  );

  it('are given the same changes whatever the batches were', async () => {
    const seq = await publish(entityLives(6, 12));
    const other = await open(await servers.freshDatabase());
    start(db, undefined, 1);
    start(other, undefined, 1_000);
    const changes = (database: Database): Promise<unknown> =>
      database.query('SELECT * FROM shape_changes ORDER BY seq, key');
    await Promise.all([reached(seq), reached(seq, other)]);
    expect(await changes(db)).toEqual(await changes(other));
    expect(await changes(db)).not.toEqual([]);
  });

  it('see rows as of the first page, however much happens between the pages', async () => {
    start(db);
    await reached(await publish(entityLives(10, 0)));
    const client = new ShapeClient(new ShapeStore(db, SMALL), await shapeOf());
    const lives = entityLives(20, 6);
    let part = 10;
    await client.begin(async () => reached(await publish(lives.slice(part, (part += 30)))));
    const statuses = [...client.rows.values()].map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 'idle'));
    while (await client.follow());
    expect(client.rows.size).toBe(20);
  });

  it('are told what changed columns were when they ask for whole rows', async () => {
    start(db);
    const [spawned, ...others] = entityLives(1, 1);
    if (!spawned) throw new Error('no life');
    const from = await publish([spawned]);
    await reached(await publish(others));
    const { changes } = await new ShapeStore(db).changes(await shapeOf(undefined, true), NOW, from);
    expect(changes[0]).toMatchObject({
      operation: 'update',
      row: { url: '/chat/e0', type: 'chat', status: 'running' },
      old: { status: 'idle' },
    });
    expect(Object.keys(changes[0]?.old ?? {})).toEqual(['status']);
  });

  it('must begin anew after a rebuild, and when what they need is no longer kept', async () => {
    start(db);
    const seq = await publish(entityLives(4, 10));
    await reached(seq);
    const store = new ShapeStore(db);
    const shape = await shapeOf();
    const before = await store.changes(shape, NOW, 0);
    expect(before.changes.length).toBeGreaterThan(20);
    expect(await trimShapes(db, GROUP, 5)).toBe(before.changes.length - 5);
    const trimmed = await store.changes(shape, NOW, 0);
    expect(trimmed.changes).toEqual([]);
    expect(trimmed.head.floor).toBe(before.changes.at(-6)?.seq);
    const rest = await store.changes(shape, NOW, trimmed.head.floor);
    expect(rest.changes).toEqual(before.changes.slice(-5));
    const [projection] = projections.filter(({ name }) => name === 'entities');
    if (!projection) throw new Error('no projection');
    await rebuild({
      db,
      log,
      group: GROUP,
      projection,
      address: (subject) => logAddress(subject.slice(prefix.length)),
    });
    const { head } = await store.changes(shape, NOW, rest.position);
    expect(head.generation).toBeGreaterThan(before.head.generation);
    const client = new ShapeClient(store, shape);
    await until('the lanes are where the rows are', async () => (await position()) >= head.floor);
    await client.begin();
    expect(client.rows.size).toBe(4);
    await reached(await publish([{ path: 'chat/e0/main', events: [['status', { status: 'stopped', at: 9 }]] }]));
    await client.follow();
    expect(client.rows.get('/chat/e0')).toMatchObject({ status: 'stopped', updated_at: '9' });
  });

  it('are woken by whoever commits, and by nobody when nothing happens', async () => {
    const hints = start(db);
    await reached(await publish(entityLives(2, 0)));
    const follower = new ShapeFollower(db, hints);
    const heard: ShapeNews[] = [];
    const stop = follower.watch('entities', (news) => heard.push(news));
    await until('the first news', () => heard.length > 0);
    const seq = await publish([{ path: 'chat/e0/main', events: [['status', { status: 'running', at: 9 }]] }]);
    await until('news of the change', () => heard.at(-1)?.latest === seq);
    stop();
    follower.close();
  });
});

describe('who may not see everything', () => {
  const ALICE = '/principal/user%3Aalice';
  const BOB = '/principal/user%3Abob';
  const bob = { principal: BOB, kind: 'user', bypass: false };
  const spawned = (name: string, more: object = {}): MessageSpec => ({
    path: `chat/${name}/main`,
    events: [
      ['spawned', { type: 'chat', revision: 1, typeSeq: 1, ancestors: [], createdBy: ALICE, tags: {}, at: 1, ...more }],
    ],
  });
  const grant = (id: number, more: object = {}) => ({
    ...{ id, permission: 'read', subject: BOB, createdBy: ALICE, at: 1 },
    ...more,
  });
  const granted = (name: string, id: number, more: object = {}): MessageSpec => ({
    path: `chat/${name}/main`,
    events: [['granted', grant(id, more)]],
  });

  it('sees rows come that are its own or given to it, and nothing of the others', async () => {
    start(db);
    const store = new ShapeStore(db, SMALL);
    const client = new ShapeClient(store, await shapeOf(undefined, false, bob));
    const below = { parent: '/chat/shared', ancestors: ['/chat/shared'] };
    await client.begin();
    await reached(
      await publish([
        spawned('secret'),
        spawned('own', { createdBy: BOB }),
        spawned('shared', { grants: [grant(1, { descendants: true })] }),
        spawned('child', below),
        { path: 'chat/secret/main', events: [['status', { status: 'running', at: 2 }]] },
        spawned('kind', { grants: [grant(2, { subject: 'user' })] }),
        spawned('writable', { grants: [grant(3, { permission: 'write' })] }),
      ]),
    );
    while (await client.follow());
    expect([...client.rows.keys()]).toEqual(['/chat/own', '/chat/shared', '/chat/child', '/chat/kind']);
    const fresh = new ShapeClient(store, await shapeOf(undefined, false, bob));
    await fresh.begin();
    expect(sorted(client)).toEqual(sorted(fresh));
  });

  it('begins anew when something is given to it later, taken back, or ends with time', async () => {
    start(db);
    const store = new ShapeStore(db);
    const shape = await shapeOf(undefined, false, bob);
    await reached(await publish([spawned('a'), spawned('b', { grants: [grant(1, { expiresAt: NOW + 5 })] })]));
    const before = await store.changes(shape, NOW, 0);
    expect(before.changes.map(({ row }) => row['url'])).toEqual(['/chat/b']);
    await reached(await publish([granted('a', 2, { permission: 'write' }), granted('a', 3, { subject: 'agent' })]));
    expect((await store.changes(shape, NOW, before.position)).head.floor).toBeLessThanOrEqual(before.position);
    const given = await publish([granted('a', 4)]);
    await reached(given);
    expect((await store.changes(shape, NOW, before.position)).head.floor).toBe(given);
    const taken = await publish([{ path: 'chat/a/main', events: [['revoked', { id: 4, at: 3 }]] }]);
    await reached(taken);
    expect((await store.changes(shape, NOW, given)).head).toMatchObject({ floor: taken, expired: 0 });
    const late = await store.page(shape, NOW + 5);
    expect(late).toMatchObject({ rows: [], head: { expired: NOW + 5 } });
  });
});

it('evaluates conditions the same on rows and on changes', async () => {
  start(db);
  await reached(await publish(entityLives(6, 30)));
  const conditions = [
    `type = 'chat' AND status <> 'running'`,
    `url IN ('/chat/e1', '/chat/e2') OR tags ? 't1'`,
    `(tags->>'n') LIKE '%3' AND created_at > 1767323045678`,
    `tags @> '{"n":"4"}' AND parent IS NULL`,
    `spawn_args->>'n' = '5' OR (spawn_args->>'n') IS NULL`,
    `upper(status) = 'RUNNING' AND type_revision = 1`,
    `updated_at BETWEEN 0 AND 1767323050000`,
    `tags->>'odd' IS NOT NULL`,
  ];
  for (const where of conditions) {
    const shape = await shapeOf(where);
    const store = new ShapeStore(db, SMALL);
    const now = new ShapeClient(store, shape);
    await now.begin();
    const grown = new ShapeClient(store, shape);
    while (await grown.follow());
    expect([where, sorted(grown)]).toEqual([where, sorted(now)]);
  }
});
