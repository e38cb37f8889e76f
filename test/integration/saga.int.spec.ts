/*
 * The saga on the log, in processes that are killed. SAGA_ROUNDS=20 kills it more often at each step (6 unless given): a
 * round is mostly the start of a process.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOG_STREAM, LOG_SUBJECTS } from '@app/contracts/topology/topology.js';
import type { Json, StreamItem } from '@app/domain';
import { waitUntil } from '@app/platform/embedded/index.js';
import { openDatabase, type Database } from '@app/read-model';
import type { Log } from '@app/streams';
import { connectToNats, openJetStreamLog, type NatsConnection } from '@app/streams/jetstream/index.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { EntitiesOnLog } from './saga/entities-on-log.js';
import { ArmedChild } from './support/armed-child.js';
import type { KillStep } from '../processes/saga-process.js';

type SagaChild = ArmedChild<KillStep>;

// Short, so that a round is; the worker that takes over must wait for it.
const LEASE_MS = 300;
const ROUNDS = Number(process.env['SAGA_ROUNDS'] ?? 6);

let servers: TestServers;
let connection: NatsConnection;
let log: Log;
let database: Database;
let entities: EntitiesOnLog;
const children: SagaChild[] = [];

const prepare = async (): Promise<SagaChild> => {
  const child = await ArmedChild.prepare<KillStep>('saga-process', servers, LEASE_MS);
  children.push(child);
  return child;
};
const started = async (): Promise<SagaChild> => {
  const child = await prepare();
  await child.start();
  return child;
};

const runsOf = (wakes: readonly StreamItem[]): readonly string[] =>
  wakes.map(({ value }) => (value as { changes: { key: string }[] }).changes.map(({ key }) => key).join());

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const seen = await waitUntil(async () => ((await holds()) ? true : undefined), { withinMs: 20_000, everyMs: 5 });
  if (!seen) throw new Error(`waited in vain for ${what}`);
};

const wakesReach = (url: string, count: number): Promise<void> =>
  until(`${String(count)} wakes of ${url}`, async () => (await entities.wakes(url)).length >= count);

/** The saga has seen the whole log and owes nothing. */
const settled = async (): Promise<void> => {
  const end = await log.barrier();
  await until('a settled saga', async () => {
    const [row] = await database.query<{ behind: number; owed: number }>(
      `select (select count(*) from lanes where worker_group = 'saga' and position < $1) as behind,
              (select count(*) from saga_outbox) as owed`,
      [end],
    );
    return row?.behind === 0 && row.owed === 0;
  });
};

beforeAll(async () => {
  // The saga under test runs in processes of its own, from what `npm run build` makes.
  await promisify(execFile)(process.execPath, ['scripts/build.mjs']);
  servers = await startTestServers({ nats: true, postgres: true, durablePostgres: true });
  connection = await connectToNats(servers.natsUrl, 'saga-test');
  log = await openJetStreamLog(connection, { name: LOG_STREAM, subjects: LOG_SUBJECTS });
  database = await openDatabase({ url: servers.databaseUrl });
  entities = new EntitiesOnLog(log);
}, 120_000);

afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await log.close();
  await database.close();
  await connection.close();
  await servers.stop();
}, 60_000);

const PARENT = '/parent/1';
const CHILD = '/child/1';
const family = async (name: string): Promise<{ parent: string; child: string }> => {
  const [parent, child] = [`${PARENT}-${name}`, `${CHILD}-${name}`];
  await entities.spawn(parent);
  await entities.spawn(child, { parent, wake: { subscriberUrl: parent, condition: 'runFinished' } });
  return { parent, child };
};

describe('a saga that is killed', () => {
  it.each(['evaluating', 'in transaction', 'committed', 'appended', 'settled'] as const)(
    'while %s and started again wakes exactly once',
    async (step) => {
      const { parent, child } = await family(step.replace(' ', '-'));
      let saga = await started();
      // Loading takes longer than dying: the successor of the successor is made ready meanwhile.
      let next = prepare();
      for (let round = 1; round <= ROUNDS; round += 1) {
        saga.arm(step);
        await entities.finishRun(child, `run-${String(round)}`, `said ${String(round)}`);
        expect(await saga.death()).toBe('SIGKILL');
        saga = await next;
        if (round < ROUNDS) next = prepare();
        await saga.start();
        await wakesReach(parent, round);
      }
      await settled();
      const wakes = await entities.wakes(parent);
      expect(runsOf(wakes)).toEqual(Array.from({ length: ROUNDS }, (_, index) => `run-${String(index + 1)}`));
      expect(wakes[ROUNDS - 1]?.value).toMatchObject({
        finished_child: { response: `said ${String(ROUNDS)}` } as Json,
      });
      await saga.kill();
    },
    60_000 + ROUNDS * 5_000,
  );
});

describe('a running saga', () => {
  let saga: SagaChild;

  beforeAll(async () => {
    saga = await started();
  });
  afterAll(() => saga.kill());

  const names = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `run-${String(index)}`);
  const finishAll = async (child: string, runs: readonly string[]): Promise<void> => {
    for (const run of runs) await entities.finishRun(child, run, run);
  };

  it('shares the work with another one', async () => {
    const other = await started();
    const families = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => family(`two-${name}`)));
    await until('lanes of both', async () => {
      const rows = await database.query(
        `select distinct owner from lanes where worker_group = 'saga' and owner is not null`,
      );
      return rows.length === 2;
    });
    const runs = names(25);
    await Promise.all(families.map(({ child }) => finishAll(child, runs)));
    await settled();
    for (const { parent } of families) expect(runsOf(await entities.wakes(parent))).toEqual(runs);
    await other.kill();
  }, 30_000);

  it('goes on after the database was restarted in the middle', async () => {
    const { parent, child } = await family('restart');
    const runs = names(60);
    const posted = finishAll(child, runs);
    await wakesReach(parent, 5);
    await servers.postgres.restart();
    await posted;
    await wakesReach(parent, runs.length);
    await settled();
    expect(runsOf(await entities.wakes(parent))).toEqual(runs);
  }, 30_000);

  it('wakes whom the log says was registered at that point of it', async () => {
    const [parent, child] = ['/parent/order', '/child/order'];
    await Promise.all([entities.spawn(parent), entities.spawn(child)]);
    const request = {
      subscriberUrl: parent,
      sourceUrl: child,
      condition: { on: 'change', collections: ['run'] },
    } as const;
    await entities.finishRun(child, 'before', '');
    await entities.register(request);
    await entities.register(request);
    await entities.finishRun(child, 'first', '');
    await entities.unregister(parent, child);
    await entities.finishRun(child, 'between', '');
    await entities.register(request);
    await entities.post(child, { type: 'note', key: 'n' }, { type: 'run', key: 'one' }, { type: 'run', key: 'two' });
    await entities.kill(child);
    await settled();
    expect(runsOf(await entities.wakes(parent))).toEqual(['first', 'one', 'two']);
  });

  it('records why a subscriber that has ended is not woken, and ends its registration', async () => {
    const { parent, child } = await family('ended');
    await entities.kill(parent);
    await entities.finishRun(child, 'run-0', '');
    const reasons = (): Promise<readonly object[]> =>
      database.query('select reason, count from saga_ignored where source = $1 order by last_seq', [
        `${child.slice(1)}/main`,
      ]);
    await until('the end of the registration', async () => (await reasons()).length === 2);
    await entities.finishRun(child, 'run-1', '');
    await settled();
    expect(await entities.wakes(parent)).toEqual([]);
    expect(await reasons()).toEqual([
      { reason: 'the subscriber has ended', count: 1 },
      { reason: 'unregistered', count: 1 },
    ]);
  });

  it('wakes a subscriber that came into being after its registration', async () => {
    const [parent, child] = ['/parent/late', '/child/late'];
    await entities.spawn(child);
    await entities.register({ subscriberUrl: parent, sourceUrl: child, condition: 'runFinished' });
    await entities.finishRun(child, 'dropped', '');
    await settled();
    await entities.spawn(parent);
    await entities.finishRun(child, 'seen', '');
    await wakesReach(parent, 1);
    expect(runsOf(await entities.wakes(parent))).toEqual(['seen']);
  });

  it('tells a parent what a run has said when its registration came late', async () => {
    const [parent, child] = ['/parent/text', '/child/text'];
    await entities.spawn(parent);
    await entities.spawn(child, { parent });
    await entities.post(child, { type: 'text_delta', key: 'm:0', value: { run_id: 'run-0', delta: 'before ' } });
    await entities.register({ subscriberUrl: parent, sourceUrl: child, condition: 'runFinished' });
    await entities.finishRun(child, 'run-0', 'after');
    await wakesReach(parent, 1);
    const [wake] = await entities.wakes(parent);
    expect(wake?.value).toMatchObject({
      source: child,
      finished_child: { url: child, type: 'child', run_status: 'completed', response: 'before after' },
    });
  });

  it('wakes nobody twice when its tables are lost', async () => {
    const { parent, child } = await family('wiped');
    await finishAll(child, names(10));
    await wakesReach(parent, 10);
    await settled();
    await saga.kill();
    const everybody = ['/parent/1-restart', '/parent/1-two-a', '/parent/order', parent];
    const before = await Promise.all(everybody.map((url) => entities.wakes(url)));
    await database.execute('truncate saga_registrations, saga_outbox, saga_ignored');
    await database.execute(
      `update lanes set position = 0, message_time = null, first_unit = null where worker_group = 'saga'`,
    );
    saga = await started();
    await settled();
    expect(await Promise.all(everybody.map((url) => entities.wakes(url)))).toEqual(before);
    await entities.finishRun(child, 'run-10', '');
    await wakesReach(parent, 11);
    expect(runsOf(await entities.wakes(parent))).toEqual(names(11));
  }, 30_000);
});
