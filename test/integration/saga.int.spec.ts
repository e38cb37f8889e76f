import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOG_STREAM, LOG_SUBJECTS } from '@app/contracts';
import type { Json, StreamItem } from '@app/domain';
import { waitUntil } from '@app/platform/embedded/index.js';
import { openDatabase, type Database } from '@app/read-model';
import type { Log } from '@app/streams';
import { connectToNats, openJetStreamLog, type NatsConnection } from '@app/streams/jetstream/index.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { EntitiesOnLog } from './saga/entities-on-log.js';
import { SagaChild } from './saga/saga-child.js';

// Short, so that a round is; the worker that takes over must wait for it.
const LEASE_MS = 300;
const ROUNDS = 20;

let servers: TestServers;
let connection: NatsConnection;
let log: Log;
let database: Database;
let entities: EntitiesOnLog;
const children: SagaChild[] = [];

const prepare = async (): Promise<SagaChild> => {
  const child = await SagaChild.prepare(servers, LEASE_MS);
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
  servers = await startTestServers({ nats: true, postgres: true });
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
      for (let round = 1; round <= ROUNDS; round += 1) {
        // Loading takes longer than dying: the successor is made ready meanwhile.
        const next = await prepare();
        saga.arm(step);
        await entities.finishRun(child, `run-${String(round)}`, `said ${String(round)}`);
        expect(await saga.death()).toBe('SIGKILL');
        saga = next;
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
    60_000,
  );
});
