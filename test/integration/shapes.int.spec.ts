import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import {
  defineShape,
  ProjectorWork,
  rebuild,
  scopeOf,
  ShapeFollower,
  ShapeStore,
  trimShapes,
  type Database,
  type LaneBatch,
  type LaneWork,
  type LaneWorkerOptions,
  type RowReader,
  type ShapeDefinition,
  type ShapeNews,
  type Tx,
} from '@app/read-model';
import { Chance } from '@app/testing/chance.js';
import { entityLives, TENANT, type MessageSpec } from '@app/testing/projection-spec.js';
import { NOW, ShapeClient, SMALL } from './shapes/shape-client.js';
import { GROUP, projections, ProjectorBed } from './support/projector-bed.js';

const ROUNDS = Number(process.env['REVEILLE_SHAPE_ROUNDS'] ?? 15);

let bed: ProjectorBed;

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

/** Nobody keeps types here; rows that name them are not to be waited for. */
const withoutTypes = async (database: Database): Promise<void> => {
  await database.execute(`INSERT INTO lane_groups VALUES ('registry', 1, 'fnv1a-1') ON CONFLICT DO NOTHING`);
  await database.execute(
    `INSERT INTO lanes (worker_group, lane, position) VALUES ('registry', 0, 1000) ON CONFLICT DO NOTHING`,
  );
};

const batchOf = (messages: number): LaneWorkerOptions['batch'] => ({ messages, bytes: 1 << 20 });

beforeAll(async () => {
  bed = await ProjectorBed.start({ withinMs: 60_000, prepare: withoutTypes });
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.begin());
afterEach(() => bed.end());

describe('readers of shapes', () => {
  it.each([undefined, `status = 'running' OR tags->>'t0' > '1'`])(
    'miss nothing of two projectors whose lanes commit in any order; where: %s',
    async (where) => {
      const chance = new Chance(7);
      bed.start({ work: slow(chance), batch: batchOf(7) });
      bed.start({ database: await bed.open(), work: slow(chance), batch: batchOf(5) });
      const store = new ShapeStore(bed.db, SMALL);
      const shape = await shapeOf(where);
      const end = bed.publish(entityLives(12, ROUNDS));
      const clients: ShapeClient[] = [];
      let last = Infinity;
      void end.then((seq) => (last = seq));
      do {
        const client = new ShapeClient(store, shape);
        await client.begin(() => delay(chance.between(0, 9)));
        clients.push(client);
        for (const each of clients.filter(() => chance.between(0, 2) > 0)) await each.follow();
        await delay(chance.between(0, 19));
      } while ((await bed.position()) < last);
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
    const seq = await bed.publish(entityLives(6, 12));
    const other = await bed.open(await bed.freshDatabase());
    bed.start({ batch: batchOf(1) });
    bed.start({ database: other });
    const changes = (database: Database): Promise<unknown> =>
      database.query('SELECT * FROM shape_changes ORDER BY seq, key');
    await Promise.all([bed.reached(seq), bed.reached(seq, other)]);
    expect(await changes(bed.db)).toEqual(await changes(other));
    expect(await changes(bed.db)).not.toEqual([]);
  });

  it('see rows as of the first page, however much happens between the pages', async () => {
    bed.start();
    await bed.reached(await bed.publish(entityLives(10, 0)));
    const client = new ShapeClient(new ShapeStore(bed.db, SMALL), await shapeOf());
    const lives = entityLives(20, 6);
    let part = 10;
    await client.begin(async () => bed.reached(await bed.publish(lives.slice(part, (part += 30)))));
    const statuses = [...client.rows.values()].map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 'idle'));
    while (await client.follow());
    expect(client.rows.size).toBe(20);
  });

  it('are told what changed columns were when they ask for whole rows', async () => {
    bed.start();
    const [spawned, ...others] = entityLives(1, 1);
    if (!spawned) throw new Error('no life');
    const from = await bed.publish([spawned]);
    await bed.reached(await bed.publish(others));
    const { changes } = await new ShapeStore(bed.db).changes(await shapeOf(undefined, true), NOW, from);
    expect(changes[0]).toMatchObject({
      operation: 'update',
      row: { url: '/chat/e0', type: 'chat', status: 'running' },
      old: { status: 'idle' },
    });
    expect(Object.keys(changes[0]?.old ?? {})).toEqual(['status']);
  });

  it('must begin anew after a rebuild, and when what they need is no longer kept', async () => {
    bed.start();
    const seq = await bed.publish(entityLives(4, 10));
    await bed.reached(seq);
    const store = new ShapeStore(bed.db);
    const shape = await shapeOf();
    const before = await store.changes(shape, NOW, 0);
    expect(before.changes.length).toBeGreaterThan(20);
    expect(await trimShapes(bed.db, GROUP, 5)).toBe(before.changes.length - 5);
    const trimmed = await store.changes(shape, NOW, 0);
    expect(trimmed.changes).toEqual([]);
    expect(trimmed.head.floor).toBe(before.changes.at(-6)?.seq);
    const rest = await store.changes(shape, NOW, trimmed.head.floor);
    expect(rest.changes).toEqual(before.changes.slice(-5));
    const [projection] = projections.filter(({ name }) => name === 'entities');
    if (!projection) throw new Error('no projection');
    await rebuild({
      db: bed.db,
      log: bed.log,
      group: GROUP,
      projection,
      address: bed.address,
    });
    const { head } = await store.changes(shape, NOW, rest.position);
    expect(head.generation).toBeGreaterThan(before.head.generation);
    const client = new ShapeClient(store, shape);
    await bed.until('the lanes are where the rows are', async () => (await bed.position()) >= head.floor);
    await client.begin();
    expect(client.rows.size).toBe(4);
    await bed.reached(
      await bed.publish([{ path: 'chat/e0/main', events: [['status', { status: 'stopped', at: 9 }]] }]),
    );
    await client.follow();
    expect(client.rows.get('/chat/e0')).toMatchObject({ status: 'stopped', updated_at: '9' });
  });

  it('are woken by whoever commits, and by nobody when nothing happens', async () => {
    const { hints } = bed.start();
    await bed.reached(await bed.publish(entityLives(2, 0)));
    const follower = new ShapeFollower(bed.db, hints);
    const heard: ShapeNews[] = [];
    const stop = follower.watch('entities', (news) => heard.push(news));
    await bed.until('the first news', () => heard.length > 0);
    const seq = await bed.publish([{ path: 'chat/e0/main', events: [['status', { status: 'running', at: 9 }]] }]);
    await bed.until('news of the change', () => heard.at(-1)?.latest === seq);
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
    bed.start();
    const store = new ShapeStore(bed.db, SMALL);
    const client = new ShapeClient(store, await shapeOf(undefined, false, bob));
    const below = { parent: '/chat/shared', ancestors: ['/chat/shared'] };
    await client.begin();
    await bed.reached(
      await bed.publish([
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

  it('is told together with others what it would be told alone', async () => {
    bed.start();
    const below = { parent: '/chat/shared', ancestors: ['/chat/shared'] };
    const life = [
      spawned('secret'),
      spawned('own', { createdBy: BOB }),
      spawned('shared', { grants: [grant(1, { descendants: true }), grant(4, { subject: 'agent' })] }),
      spawned('child', below),
      spawned('kind', { grants: [grant(2, { subject: 'user' })] }),
      spawned('ends', {
        grants: [grant(3, { expiresAt: NOW + 5 }), grant(5, { subject: 'agent', expiresAt: NOW + 9 })],
      }),
      ...['secret', 'own', 'shared', 'child', 'kind', 'ends'].map((name): MessageSpec => ({
        path: `chat/${name}/main`,
        events: [['status', { status: 'running', at: 2 }]],
      })),
      granted('own', 6, { subject: 'agent' }),
      { path: 'chat/own/main', events: [['tagged', { key: 'k', value: 'v', at: 3 }]] } satisfies MessageSpec,
    ];
    await bed.reached(await bed.publish(life));
    const position = await bed.position();
    const readers = [
      bob,
      { principal: ALICE, kind: 'user', bypass: false },
      { principal: '/principal/agent%3Ab', kind: 'agent', bypass: false },
      EVERYBODY,
    ];
    const [large, small] = [new ShapeStore(bed.db), new ShapeStore(bed.db, SMALL)];
    for (const [store, now, where] of [
      [large, NOW],
      [large, NOW + 5],
      [large, NOW + 9, `status = 'running'`],
      [small, NOW],
    ] as const)
      for (let first = 0; first <= position; first += 1) {
        const followers = [];
        for (const [at, reader] of readers.entries())
          followers.push({ shape: await shapeOf(where, false, reader), from: (first + 3 * at) % (position + 1) });
        const { all } = await store.together(followers, now);
        for (const [at, { shape, from }] of followers.entries()) {
          const alone = await store.changes(shape, now, from);
          const { head, changes, position: reached, more } = all[at] ?? alone;
          expect([head.expired, head.floor > from]).toEqual([alone.head.expired, alone.head.floor > from]);
          // One page of all changes may end before a page of those that one reader sees.
          expect(changes).toEqual(alone.changes.filter(({ seq }) => seq <= reached));
          expect(more).toBe(from >= head.floor && reached < position);
          if (reached === position || head.floor > from) expect(changes).toEqual(alone.changes);
          else expect(reached).toBeGreaterThanOrEqual(from);
        }
      }
  });

  it('begins anew when something is given to it later, taken back, or ends with time', async () => {
    bed.start();
    const store = new ShapeStore(bed.db);
    const shape = await shapeOf(undefined, false, bob);
    await bed.reached(await bed.publish([spawned('a'), spawned('b', { grants: [grant(1, { expiresAt: NOW + 5 })] })]));
    const before = await store.changes(shape, NOW, 0);
    expect(before.changes.map(({ row }) => row['url'])).toEqual(['/chat/b']);
    await bed.reached(
      await bed.publish([granted('a', 2, { permission: 'write' }), granted('a', 3, { subject: 'agent' })]),
    );
    expect((await store.changes(shape, NOW, before.position)).head.floor).toBeLessThanOrEqual(before.position);
    const given = await bed.publish([granted('a', 4)]);
    await bed.reached(given);
    expect((await store.changes(shape, NOW, before.position)).head.floor).toBe(given);
    const taken = await bed.publish([{ path: 'chat/a/main', events: [['revoked', { id: 4, at: 3 }]] }]);
    await bed.reached(taken);
    expect((await store.changes(shape, NOW, given)).head).toMatchObject({ floor: taken, expired: 0 });
    const late = await store.page(shape, NOW + 5);
    expect(late).toMatchObject({ rows: [], head: { expired: NOW + 5 } });
  });
});

it('evaluates conditions the same on rows and on changes', async () => {
  bed.start();
  await bed.reached(await bed.publish(entityLives(6, 30)));
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
    const store = new ShapeStore(bed.db, SMALL);
    const now = new ShapeClient(store, shape);
    await now.begin();
    const grown = new ShapeClient(store, shape);
    while (await grown.follow());
    expect([where, sorted(grown)]).toEqual([where, sorted(now)]);
  }
});
