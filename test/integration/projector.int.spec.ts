import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  activeClaims,
  Fenced,
  HistoryStore,
  LaneWaiter,
  LanesBehind,
  listEntities,
  LocalLaneHints,
  openDatabase,
  projectionDigest,
  ProjectionRebuilding,
  rebuild,
  registrationsOf,
  UnitIndex,
  type LaneBatch,
  type LaneWork,
  type Tx,
} from '@app/read-model';
import { entityLives, TENANT } from '@app/testing/projection-spec.js';
import { GROUP, projections, ProjectorBed } from './support/projector-bed.js';

let bed: ProjectorBed;

const digests = async (database = bed.db): Promise<unknown> => {
  const all: unknown[] = [];
  for (const projection of projections) all.push(...(await projectionDigest(database, projection)));
  return all;
};

/** Rows of a run without incidents, in a database of its own. */
const uninterrupted = async (seq: number): Promise<unknown> => {
  const database = await bed.open(await bed.freshDatabase());
  const { worker } = bed.start({ database });
  await bed.reached(seq, database);
  await worker.stop();
  return digests(database);
};

beforeAll(async () => {
  bed = await ProjectorBed.start({ durablePostgres: true });
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.begin());
afterEach(() => bed.end());

describe('a worker', () => {
  it('folds the log into rows that the queries find', async () => {
    const { worker } = bed.start();
    await bed.publish(entityLives(6, 12));
    const waiting = { key: 'k', subscriber: '/chat/e1', source: '/_cron/x', manifestKey: 'schedule:\u0000' };
    const seq = await bed.publish([{ path: '_cron/x', kind: 'waiters', events: [['registered', waiting]] }]);
    await bed.reached(seq);
    expect(worker.status()).toMatchObject({ lanes: [0, 1, 2, 3, 4, 5, 6, 7], joined: true });

    const entities = await listEntities(bed.db, TENANT, { type: 'chat' });
    expect(entities.map(({ url: found }) => found)).toEqual([5, 4, 3, 2, 1, 0].map((n) => `/chat/e${String(n)}`));
    expect(entities[0]).toMatchObject({ spawnArgs: { n: 5, text: '\u0000\uD800' }, tags: { odd: 'a\u0000b\uD800' } });
    expect(await listEntities(bed.db, TENANT, { status: 'no\u0000where' })).toEqual([]);
    expect(await listEntities(bed.db, 'other')).toEqual([]);
    expect((await activeClaims(bed.db, TENANT)).length).toBe(6);
    expect(await registrationsOf(bed.db, TENANT, '/chat/e1', 'schedule:\u0000')).toEqual([
      { source: '/_cron/x', seq, data: waiting },
    ]);

    const { found, position } = await new UnitIndex(bed.db).find(TENANT, 'chat/e0/main', ['key-0-5', 'nobody']);
    expect(found).toHaveLength(1);
    expect(position).toBe(seq);
  });

  it('keeps every message as it is on the broker', async () => {
    bed.start();
    const seq = await bed.publish(entityLives(2, 9));
    await bed.reached(seq);
    const store = new HistoryStore(bed.db);
    const all = await store.read(TENANT, 'chat/e0/main', 1, 0, { messages: 100, bytes: 1e6 });
    expect(all.messages).not.toEqual([]);
    expect(all).toMatchObject({ position: seq, more: false });
    for (const message of all.messages) {
      const stored = await bed.backend.get(message.seq);
      expect(Buffer.from(message.payload)).toEqual(Buffer.from(stored?.payload ?? []));
      expect(message.headers).toEqual(stored?.headers);
    }
  });

  it('reads a page at a time', async () => {
    bed.start();
    await bed.reached(await bed.publish(Array.from({ length: 5 }, (_, i) => ({ path: 'notes/1', items: [i] }))));
    const store = new HistoryStore(bed.db);
    const page = await store.read(TENANT, 'notes/1', 1, 0, { messages: 100, bytes: 1 });
    expect(page).toMatchObject({ more: true });
    expect(page.messages).toHaveLength(1);
  });

  it('gives up on an entity it cannot interpret, and on nothing else', async () => {
    bed.start();
    const spec = entityLives(2, 0);
    await bed.publish(spec);
    const noise = Array.from({ length: 800 }, () => Math.random().toString(36)).join('');
    await bed.publish([
      { path: 'chat/broken/main', events: [['spawned', { hasArgs: true }]], items: [] },
      { path: 'chat/e0/main', events: [['tagged', { key: noise, value: '', at: 1 }]] },
      { path: 'chat/e1/main', events: [['status', { status: 'running', at: 5 }]] },
    ]);
    const seq = await bed.publish([{ path: 'chat/e0/main', events: [['status', { status: 'running', at: 5 }]] }]);
    await bed.reached(seq);
    const rows = await bed.db.query<{ path: string }>('SELECT path FROM quarantine ORDER BY path');
    expect(rows.map(({ path }) => path)).toEqual(['chat/broken/main', 'chat/e0/main']);
    const entities = await listEntities(bed.db, TENANT);
    expect(entities.map(({ url: found, status }) => [found, status])).toEqual([
      ['/chat/e1', 'running'],
      ['/chat/e0', 'idle'],
    ]);
    expect(await bed.db.query('SELECT seq FROM history WHERE seq = $1', [seq])).toEqual([{ seq }]);
  });
});

describe('several workers', () => {
  it('share the lanes, and the survivor takes those of one that died', async () => {
    const database = await openDatabase({ url: bed.url });
    const first = bed.start({ database }).worker;
    await bed.until('first has all', () => first.status().lanes.length === 8);
    const { worker: second } = bed.start();
    await bed.until('equal shares', () => first.status().lanes.length === 4 && second.status().lanes.length === 4);
    const lives = entityLives(8, 20);
    await bed.publish(lives.slice(0, 100));
    await database.close();
    const seq = await bed.publish(lives.slice(100));
    await bed.until('second has all', () => second.status().lanes.length === 8);
    await bed.reached(seq);
    expect(await digests()).toEqual(await uninterrupted(seq));
  });

  it('hands its lanes over at once when it is stopped', async () => {
    const { worker: first } = bed.start({ leaseMs: 30_000 });
    await bed.until('first has all', () => first.status().lanes.length === 8);
    await first.stop();
    const { worker: second } = bed.start({ leaseMs: 30_000 });
    await bed.until('second has all', () => second.status().lanes.length === 8, 2_000);
  });

  it('share the lanes again as soon as one comes or goes, not when the next sign of life is due', async () => {
    const hints = new LocalLaneHints();
    const seldom = { hints, leaseMs: 600_000 };
    const { worker: first } = bed.start(seldom);
    await bed.until('alone', () => first.status().lanes.length === 8);
    const { worker: second } = bed.start(seldom);
    await bed.until('shared', () => second.status().lanes.length === 4);
    const waiter = new LaneWaiter(bed.db, hints);
    await waiter.waitFor(GROUP, await bed.publish([{ path: 'notes/1', items: [1] }]), 10_000);
    await second.stop();
    await bed.until('alone again', () => first.status().lanes.length === 8);
    await waiter.waitFor(GROUP, await bed.publish([{ path: 'notes/1', items: [2] }]), 10_000);
    waiter.close();
  });

  it('cannot commit once fenced', async () => {
    let entered: () => void = () => undefined;
    let release: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const committed: LaneBatch[] = [];
    const slow: LaneWork = {
      apply: async (tx: Tx) => {
        await tx.execute(
          `INSERT INTO quarantine (projection, tenant, path, seq, error) VALUES ('slow', '', '', 0, '')`,
        );
        entered();
        await released;
      },
      committed: (batch) => void committed.push(batch),
    };
    const { worker } = bed.start({ work: slow });
    await bed.publish([{ path: 'notes/1', items: [1] }]);
    await inside;
    await bed.db.execute('UPDATE lanes SET epoch = epoch + 1, owner = $1', ['usurper']);
    await bed.db.execute(`INSERT INTO lane_workers VALUES ($1, 'usurper', now() + interval '1 hour')`, [GROUP]);
    release();
    await bed.until('noticed', () => worker.status().lanes.length === 0);
    expect(committed).toEqual([]);
    expect(await bed.db.query('SELECT 1 FROM quarantine')).toEqual([]);
    await expect(worker.fenced([0], async () => undefined)).rejects.toThrow(Fenced);
  });
});

describe('after an incident', () => {
  it('has the same rows when it was cut off between and inside batches', async () => {
    const lives = entityLives(6, 40);
    let seq = 0;
    for (let at = 0; at < lives.length; at += 60) {
      const database = await openDatabase({ url: bed.url });
      const { worker } = bed.start({ database, batch: { messages: 7, bytes: 1e6 }, leaseMs: 300 });
      const before = seq;
      seq = await bed.publish(lives.slice(at, at + 60));
      await bed.until('some progress', async () => {
        const [row] = await bed.db.query<{ at: number }>('SELECT min(position) AS at FROM lanes');
        return (row?.at ?? 0) > before;
      });
      await database.close();
      bed.abandon(worker);
    }
    bed.start();
    await bed.reached(seq);
    expect(await digests()).toEqual(await uninterrupted(seq));
  }, 60_000);

  it('goes on by itself when the database comes back', async () => {
    const lives = entityLives(6, 20);
    const { worker } = bed.start();
    await bed.reached(await bed.publish(lives.slice(0, 60)));
    await bed.servers.postgres.kill();
    const seq = await bed.publish(lives.slice(60));
    await bed.until('trouble is reported', () => worker.status().trouble !== undefined);
    await bed.servers.postgres.restart();
    await bed.reached(seq);
    expect(worker.status().trouble).toBeUndefined();
    expect(await digests()).toEqual(await uninterrupted(seq));
  }, 60_000);

  it('refuses a log that lacks what it has applied', async () => {
    const { worker } = bed.start();
    await bed.reached(await bed.publish(entityLives(2, 2)));
    await worker.stop();
    await bed.db.execute('UPDATE lanes SET position = position + 1000');
    const { worker: second } = bed.start();
    await bed.until('trouble', () => second.status().trouble !== undefined);
    expect(second.status().trouble).toMatch(/has applied message \d+, but the log ends at/);
    expect(second.status().lanes).toEqual([]);
    await second.stop();
    await bed.db.execute('UPDATE lanes SET position = position - 1000, message_time = 1');
    const { worker: third } = bed.start();
    await bed.until('trouble', () => third.status().trouble !== undefined);
    expect(third.status().trouble).toMatch(/another message/);
  });
});

describe('waiting for a position', () => {
  it('ends as soon as the position is committed, not when the batch would have been', async () => {
    const { worker, hints } = bed.start({ commitEveryMs: 60_000, idleCommitEveryMs: 60_000 });
    await bed.until('ready', () => worker.status().lanes.length === 8);
    const waiter = new LaneWaiter(bed.db, hints);
    const seq = await bed.publish([{ path: 'notes/1', items: [1] }]);
    await waiter.waitFor(GROUP, seq);
    const [row] = await bed.db.query<{ at: number }>('SELECT min(position) AS at FROM lanes');
    expect(row?.at).toBe(seq);
    waiter.close();
  });

  it('works without any hint', async () => {
    bed.start({ idleCommitEveryMs: 10 });
    const waiter = new LaneWaiter(bed.db, new LocalLaneHints());
    await waiter.waitFor(GROUP, await bed.publish([{ path: 'notes/1', items: [1] }]), 5_000);
    waiter.close();
  });

  it('gives up with an error that says where the lanes are', async () => {
    const { worker, hints } = bed.start();
    await bed.until('ready', () => worker.status().lanes.length === 8);
    const waiter = new LaneWaiter(bed.db, hints);
    await expect(waiter.waitFor(GROUP, 1_000_000, 50)).rejects.toThrow(LanesBehind);
    waiter.close();
  });

  it('believes the database rather than what was told before it crashed', async () => {
    const { worker, hints } = bed.start();
    await bed.until('ready', () => worker.status().lanes.length === 8);
    const waiter = new LaneWaiter(bed.db, hints);
    const seq = await bed.publish([{ path: 'notes/1', items: [1] }]);
    hints.advanced({ group: GROUP, lanes: [0, 1, 2, 3, 4, 5, 6, 7], of: 8, position: seq + 1_000 });
    await expect(waiter.waitFor(GROUP, seq + 500, 200)).rejects.toThrow(LanesBehind);
    await waiter.waitFor(GROUP, await bed.publish([{ path: 'notes/1', items: [2] }]), 5_000);
    waiter.close();
  });
});

describe('a rebuild', () => {
  it.each(projections.map((projection) => [projection.name, projection] as const))(
    'of %s gives the same rows while the projector goes on',
    async (_, projection) => {
      const lives = entityLives(8, 40);
      bed.start();
      await bed.reached(await bed.publish(lives.slice(0, 200)));
      const publishing = bed.publish(lives.slice(200));
      const { messages } = await rebuild({
        db: await bed.open(),
        log: bed.log,
        group: GROUP,
        projection,
        address: bed.address,
      });
      expect(messages).toBeGreaterThanOrEqual(200);
      const seq = await publishing;
      await bed.reached(seq);
      expect(await digests()).toEqual(await uninterrupted(seq));
    },
    30_000,
  );

  it('refuses reads until it is done', async () => {
    bed.start();
    await bed.reached(await bed.publish(entityLives(2, 2)));
    await bed.db.execute(`UPDATE projections SET state = 'rebuilding' WHERE name = 'entities'`);
    await expect(listEntities(bed.db, TENANT)).rejects.toThrow(ProjectionRebuilding);
  });
});

it('lets several processes migrate an empty database at the same time', async () => {
  const url = await bed.freshDatabase();
  await Promise.all([bed.open(url), bed.open(url), bed.open(url)]);
});
