import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { LOG_STREAM, LOG_SUBJECTS, streamSubject } from '@app/contracts/topology/topology.js';
import { logAddress } from '@app/messaging';
import { waitUntil } from '@app/platform/embedded/index.js';
import {
  HistoryStore,
  LaneWorker,
  LocalLaneHints,
  openDatabase,
  projectionDigest,
  projectionGroups,
  PROJECTOR_GROUP,
  ProjectorWork,
  Purger,
  rebuild,
  reportPurges,
  type Database,
} from '@app/read-model';
import { StoredHistory } from '@app/runtime/read-side/stored-history.js';
import { LogUnavailable, OffsetGone, type Log, type Offset } from '@app/streams';
import { connectToNats, openJetStreamLog, type NatsConnection } from '@app/streams/jetstream/index.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { wrap } from '../processes/armed.js';
import type { PurgeStep } from '../processes/purger-process.js';
import { StreamsOnLog, TENANT } from './streams/streams-on-log.js';
import { ArmedChild } from './support/armed-child.js';

const LEASE_MS = 300;
const ROUNDS = Number(process.env.PURGE_ROUNDS ?? 1);
const KIB = 'x'.repeat(1024);

const projections = projectionGroups.find(({ group }) => group === PROJECTOR_GROUP)?.projections ?? [];

let servers: TestServers;
let connection: NatsConnection;
let log: Log;
let db: Database;
let streams: StreamsOnLog;
const started: { stop(): Promise<unknown> }[] = [];

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const seen = await waitUntil(async () => ((await holds()) ? true : undefined), { withinMs: 60_000, everyMs: 10 });
  if (!seen) throw new Error(`waited in vain for ${what}`);
};

/** How often a purger has looked for work. */
let looks = 0;
let counted: Database;

/** A process that works on the lanes of a group, and purges. */
const projector = (group = PROJECTOR_GROUP): LaneWorker => {
  const worker = new LaneWorker(db, log, new ProjectorWork(projections), {
    group,
    address: logAddress,
    hints: new LocalLaneHints(),
    synchronousCommit: 'off',
    leaseMs: LEASE_MS,
  });
  worker.start();
  started.push(worker);
  if (group !== PROJECTOR_GROUP) return worker;
  const purger = new Purger(
    { db: counted, log, worker, subject: streamSubject, onTrouble: () => undefined },
    { everyMs: 20, chunk: 50 },
  );
  purger.start();
  started.unshift(purger);
  return worker;
};

const stopAll = async (): Promise<void> => {
  for (const each of started.splice(0)) await each.stop();
};

const passed = async (group: string, seq: number): Promise<boolean> => {
  const [row] = await db.query<{ at: number | null }>('SELECT min(position) AS at FROM lanes WHERE worker_group = $1', [
    group,
  ]);
  return (row?.at ?? 0) >= seq;
};

/** The projector has seen the whole log, and nothing is left to purge. */
const settled = async (): Promise<void> => {
  const end = await log.barrier();
  await until('lanes at the end', () => passed(PROJECTOR_GROUP, end));
  await until('nothing to purge', async () => (await reportPurges(db)).due === 0);
};

/** Messages by path, of all paths that begin so. */
const messagesOf = async (prefix: string): Promise<ReadonlyMap<string, number>> => {
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info(LOG_STREAM, { subjects_filter: `log.${TENANT}.s.${prefix}.>` });
  const entries = Object.entries(state.subjects ?? {});
  return new Map(entries.map(([subject, count]) => [logAddress(subject)?.path ?? subject, count]));
};

const bytesOfLog = async (): Promise<number> => {
  const manager = await jetstreamManager(connection);
  return (await manager.streams.info(LOG_STREAM)).state.bytes;
};

const rowsOf = async (table: 'history' | 'stream_producers', prefix: string): Promise<number> => {
  const [row] = await db.query<{ rows: number }>(
    `SELECT count(*) AS rows FROM ${table} WHERE tenant = $1 AND starts_with(path, $2)`,
    [TENANT, `${prefix}/`],
  );
  return row?.rows ?? -1;
};

/** Digests of every projection, and again after each was rebuilt. */
const digests = async (): Promise<{ readonly kept: unknown; readonly rebuilt: unknown }> => {
  const all = async (): Promise<unknown> => {
    const found: unknown[] = [];
    for (const projection of projections) found.push(...(await projectionDigest(db, projection)));
    return found;
  };
  await settled();
  const kept = await all();
  for (const projection of projections)
    await rebuild({ db, log, group: PROJECTOR_GROUP, projection, address: logAddress });
  await settled();
  return { kept, rebuilt: await all() };
};

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

beforeAll(async () => {
  // The killed processes run from what `npm run build` makes.
  await promisify(execFile)(process.execPath, ['scripts/build.mjs']);
  servers = await startTestServers({ nats: true, postgres: true, durablePostgres: true });
  connection = await connectToNats(servers.natsUrl, 'purge-test');
  db = await openDatabase({ url: servers.databaseUrl });
  counted = wrap<Database>(db, {
    query: (text, values) => {
      looks += 1;
      return db.query(text, values);
    },
  });
  const history = new StoredHistory(db);
  log = await openJetStreamLog(
    connection,
    { name: LOG_STREAM, subjects: LOG_SUBJECTS },
    // So little memory that what is older than a moment comes from history or the broker.
    { history, recent: { messages: 5, bytes: 1 << 20 } },
  );
  streams = new StreamsOnLog(log);
}, 120_000);

afterAll(async () => {
  await stopAll();
  await log.close();
  await db.close();
  await connection.close();
  await servers.stop();
}, 60_000);

const written = async (prefix: string, count: number, appends: number): Promise<readonly string[]> => {
  const paths = numbers(count).map((n) => `${prefix}/${String(n)}`);
  await Promise.all(
    paths.map(async (path) => {
      await streams.create(path, KIB);
      for (let n = 1; n < appends; n += 1) await streams.append(path, KIB);
    }),
  );
  return paths;
};

// Nothing here takes that long unless the machine does something else.
jest.setTimeout(90_000);

describe('streams that are deleted', () => {
  beforeEach(() => {
    projector();
  });
  afterEach(stopAll);

  it('give their storage back, but for a tombstone', async () => {
    const keep = await written('kept', 10, 5);
    const empty = await bytesOfLog();
    const gone = await written('gone', 200, 5);
    const full = await bytesOfLog();
    expect(full - empty).toBeGreaterThan(200 * 5 * 1024);
    await Promise.all(gone.map((path) => streams.remove(path)));
    await settled();
    expect([...(await messagesOf('gone')).values()]).toEqual(gone.map(() => 1));
    expect(((await bytesOfLog()) - empty) / gone.length).toBeLessThan(400);
    expect(await rowsOf('history', 'gone')).toBe(gone.length);
    expect([...(await messagesOf('kept')).values()]).toEqual(keep.map(() => 5));
    expect(await rowsOf('history', 'kept')).toBe(50);
    for (const path of gone.slice(0, 5)) expect(await streams.text(path)).toBeUndefined();
    for (const path of keep) expect(await streams.text(path)).toBe(KIB.repeat(5));
  });

  it('and created again begin anew, and leave nothing of what was, not even the tombstone', async () => {
    const [path = ''] = await written('again', 1, 3);
    const old: Offset[] = [];
    for (let life = 1; life <= 5; life += 1) {
      await streams.append(path, 'of a producer', { id: 'p', epoch: 0, seq: 0 });
      await streams.remove(path);
      if (life % 2 === 0) await settled();
      old.push(await streams.create(path, `life ${String(life)}`));
    }
    const current = old.pop();
    await settled();
    expect(await messagesOf('again')).toEqual(new Map([[path, 1]]));
    expect(await rowsOf('history', 'again')).toBe(1);
    expect(await rowsOf('stream_producers', 'again')).toBe(0);
    await streams.append(path, ', continued', { id: 'p', epoch: 0, seq: 0 });
    expect(await streams.text(path)).toBe('life 5, continued');
    expect(await streams.text(path, current)).toBe(', continued');
    await settled();
    expect(await rowsOf('stream_producers', 'again')).toBe(1);
    for (const offset of old) await expect(streams.text(path, offset)).rejects.toThrow(OffsetGone);
  });

  it('leave the same rows behind as a rebuild finds', async () => {
    const paths = await written('rebuilt', 20, 3);
    await Promise.all(paths.map((path) => streams.remove(path)));
    await Promise.all(paths.slice(0, 10).map((path) => streams.create(path, 'anew')));
    const { kept, rebuilt } = await digests();
    expect(rebuilt).toEqual(kept);
    for (const path of paths.slice(0, 10)) expect(await streams.text(path)).toBe('anew');
  });

  it('keep what their forks share until the last of them is gone', async () => {
    await streams.create('family/root', 'one ');
    await streams.append('family/root', 'two ');
    await streams.fork('family/a', 'family/root', 'a ');
    await streams.append('family/root', 'three ');
    await streams.fork('family/b', 'family/a', 'b ');
    await streams.fork('family/c', 'family/root', 'c ');
    const expected = { 'family/a': 'one two a ', 'family/b': 'one two a b ', 'family/c': 'one two three c ' };
    const allRead = async (paths: readonly (keyof typeof expected)[]): Promise<void> => {
      // Whatever else is purged meanwhile.
      await streams.create('family/other', KIB);
      await streams.remove('family/other');
      await settled();
      for (const path of paths) expect([path, await streams.text(path)]).toEqual([path, expected[path]]);
    };
    await streams.remove('family/root');
    await streams.remove('family/a');
    await allRead(['family/b', 'family/c']);
    await streams.remove('family/c');
    await allRead(['family/b']);
    expect((await messagesOf('family')).get('family/root')).toBeGreaterThan(3);
    await streams.remove('family/b');
    await settled();
    const paths = ['a', 'b', 'c', 'other', 'root'].map((name) => `family/${name}`);
    expect([...(await messagesOf('family'))].sort()).toEqual(paths.map((path) => [path, 1]));
    expect(await rowsOf('history', 'family')).toBe(paths.length);
  });

  it('and replaced over and over show each reader one life only, while they are purged', async () => {
    const paths = numbers(4).map((n) => `turns/${String(n)}`);
    const acknowledged = new Map<string, number>();
    let writing = true;
    const live = async (path: string): Promise<void> => {
      for (let life = 1; life <= 12; life += 1) {
        await streams.create(path, `${String(life)};`);
        acknowledged.set(path, life);
        for (let n = 0; n < 4; n += 1) await streams.append(path, `${String(life)};`);
        if (life < 12) await streams.remove(path);
      }
    };
    const look = async (path: string): Promise<void> => {
      while (writing) {
        const before = acknowledged.get(path) ?? 0;
        const text = await streams.text(path).catch((error: unknown) => {
          // It was replaced between two questions, and is asked for again.
          if (!(error instanceof OffsetGone) && !(error instanceof LogUnavailable)) throw error;
          return undefined;
        });
        const lives = new Set(text?.split(';').slice(0, -1));
        expect(lives.size).toBeLessThanOrEqual(1);
        for (const life of lives) expect(Number(life)).toBeGreaterThanOrEqual(before);
      }
    };
    const looking = Promise.all([...paths, ...paths].map(look));
    await Promise.all(paths.map(live)).finally(() => {
      writing = false;
    });
    await looking;
    await settled();
    for (const path of paths) expect(await streams.text(path)).toBe('12;'.repeat(5));
    expect([...(await messagesOf('turns')).values()]).toEqual(paths.map(() => 5));
  });
});

describe('a purge', () => {
  afterEach(stopAll);

  const isDue = async (): Promise<boolean> => (await reportPurges(db)).due > 0;
  /** A purger has looked for work twice, so once it has done what it found. */
  const looked = async (): Promise<void> => {
    const before = looks;
    await until('a purger', () => Promise.resolve(looks > before + 2));
  };

  it('waits for every lane that has to see the messages', async () => {
    projector();
    const other = projector('another group');
    const [path = ''] = await written('slow', 1, 5);
    const seen = await log.barrier();
    await until(
      'both groups',
      async () => (await passed('another group', seen)) && (await passed(PROJECTOR_GROUP, seen)),
    );
    await other.stop();
    await streams.remove(path);
    const end = await log.barrier();
    await until('the projector', async () => (await passed(PROJECTOR_GROUP, end)) && (await isDue()));
    await looked();
    expect((await messagesOf('slow')).get(path)).toBe(6);
    projector('another group');
    await settled();
    expect((await messagesOf('slow')).get(path)).toBe(1);
    await stopAll();
    await db.execute(`DELETE FROM lanes WHERE worker_group = 'another group'`);
  });

  it('waits for wakes that are owed because of the messages', async () => {
    const [path = ''] = await written('owed', 1, 5);
    const cause = await log.barrier();
    await db.execute(
      `INSERT INTO saga_outbox (id, lane, tenant, subscriber, source, key, activating_seq, cause_seq, ordinal, content)
       VALUES ('w', 0, $1, '', '', '', 0, $2, 0, '')`,
      [TENANT, cause],
    );
    await streams.remove(path);
    projector();
    await until('what is due', isDue);
    await looked();
    expect((await messagesOf('owed')).get(path)).toBe(6);
    await db.execute('DELETE FROM saga_outbox');
    await settled();
    expect((await messagesOf('owed')).get(path)).toBe(1);
  });

  it('that comes long after all of it finds the last life only', async () => {
    const texts = new Map<string, string>();
    for (const path of numbers(5).map((n) => `late/${String(n)}`))
      for (let life = 0; life < 4; life += 1) {
        texts.set(path, `${path} in life ${String(life)}`);
        await streams.create(path, texts.get(path));
        if (life < 3) await streams.remove(path);
      }
    projector();
    await settled();
    for (const [path, text] of texts) {
      expect(await streams.text(path)).toBe(text);
      const { incarnation } = await streams.writer.load(TENANT, path);
      const page = await new HistoryStore(db).read(TENANT, path, incarnation, 0, { messages: 100, bytes: 1 << 20 });
      expect(page.messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual([text]);
    }
    expect([...(await messagesOf('late')).values()]).toEqual(numbers(5).map(() => 1));
  });
});

describe('a purging process that is killed', () => {
  const STEPS: readonly PurgeStep[] = [
    'marking',
    'marked',
    'log purged',
    'removing rows',
    'some rows removed',
    'forgetting',
    'forgotten',
  ];
  const prepare = (): Promise<ArmedChild<PurgeStep>> => ArmedChild.prepare('purger-process', servers, LEASE_MS);
  // Loading takes longer than dying: the next one is made ready meanwhile.
  let next: Promise<ArmedChild<PurgeStep>>;
  beforeAll(() => {
    next = prepare();
  });
  afterAll(async () => (await next).kill());
  afterEach(stopAll);

  it.each(STEPS)('while %s leaves work that its successor finds', async (step) => {
    const prefix = `killed-${step.replaceAll(' ', '-')}`;
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = await next;
      next = prepare();
      await child.start();
      const paths = await written(`${prefix}/${String(round)}`, 4, 5);
      child.arm(step);
      await Promise.all(paths.map((path) => streams.remove(path)));
      const [again = ''] = paths;
      await streams.create(again, 'anew');
      expect(await child.death()).toBe('SIGKILL');
      expect(await streams.text(again)).toBe('anew');
      projector();
      await settled();
      await stopAll();
    }
    const counts = await messagesOf(prefix);
    expect([...counts.values()]).toEqual(numbers(4 * ROUNDS).map(() => 1));
    expect(await rowsOf('history', prefix)).toBe(4 * ROUNDS);
  });

  it('leaves rows that a rebuild finds again', async () => {
    projector();
    const { kept, rebuilt } = await digests();
    expect(rebuilt).toEqual(kept);
  });

  it('has others that do its work, each stream by one of them', async () => {
    const children = await Promise.all([prepare(), prepare()]);
    for (const child of children) await child.start();
    const paths = await written('shared', 60, 3);
    await Promise.all(paths.map((path) => streams.remove(path)));
    await settled();
    expect([...(await messagesOf('shared')).values()]).toEqual(paths.map(() => 1));
    expect(await rowsOf('history', 'shared')).toBe(paths.length);
    await Promise.all(children.map((child) => child.kill()));
  });
});
