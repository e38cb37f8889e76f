import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { removeTestDir, startTestServers, type TestServers } from '@app/testing/servers.js';
import type { Answer } from './gateway/http.js';
import { Entities, runEvents, type Claim } from './support/entities.js';
import { familyOf } from './support/process-table.js';
import { ReveilleChild } from './support/reveille-child.js';
import { TailReader } from './support/tail-reader.js';
import { until } from './support/until.js';
import { WriteLoad } from './support/write-load.js';

const LONG_MS = 120_000;
// The longest that anything waits for an answer of log or database, and some slack.
const BOUND_MS = 20_000;

let servers: TestServers;
let reveille: ReveilleChild;
let claim: Claim;
const entities = new Entities((...request) => reveille.call(...request));

const OLD = 'outage/old';
const WOKEN = 'outage/woken';
const CAUSE = 'outage/cause';
let causes = 0;

const start = async (): Promise<ReveilleChild> =>
  ReveilleChild.start({
    env: {
      PORT: '0',
      LOG_LEVEL: 'fatal',
      REVEILLE_DATA_DIR: `${servers.dir}/reveille`,
      NATS_URL: servers.natsUrl,
      NATS_MONITOR_URL: servers.natsMonitorUrl,
      DATABASE_URL: servers.databaseUrl,
    },
  });

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true, durablePostgres: true });
  reveille = await start();
  await entities.register('outage');
  await entities.spawn(OLD);
  await entities.spawn(WOKEN);
  const wake = { subscriberUrl: `/${WOKEN}`, condition: 'runFinished' };
  await entities.spawn(CAUSE, { parent: `/${WOKEN}`, wake });
  claim = await entities.claim(CAUSE);
  for (let n = 0; n < 20; n += 1) await entities.sendAnswer(OLD, { n });
  await entities.list('outage');
  // What was written before is not in the memory of the next one.
  await reveille.stopped(() => reveille.signal('SIGTERM'));
  reveille = await start();
}, LONG_MS);

afterAll(async () => {
  await reveille.destroy();
  await servers.stop();
  await removeTestDir(servers.dir);
}, LONG_MS);

/** To a server and the processes it is made of. */
const signal = async (pid: number, name: NodeJS.Signals): Promise<void> => {
  const family = await familyOf(pid);
  for (const member of family) process.kill(member.pid, name);
  // A thread that is at work may go on for a moment, and answer.
  if (name === 'SIGSTOP') await until('a server that stands still', () => family.every((member) => stands(member.pid)));
};

const stands = (pid: number): boolean =>
  readdirSync(`/proc/${String(pid)}/task`).every((thread) =>
    /\) T /.test(readFileSync(`/proc/${String(pid)}/task/${thread}/stat`, 'utf8')),
  );

/** Not ready, and the parts that are not. */
const unready = async (): Promise<readonly string[]> => {
  const { status, json } = await reveille.call('GET', '/health/ready');
  if (status === 200) return [];
  const parts = Object.entries(json.parts as Record<string, { readonly state: string }>);
  return parts.filter(([, { state }]) => state !== 'ready').map(([name]) => name);
};

const names = (part: string): Promise<unknown> =>
  until(`${part} not ready`, async () => (await unready()).includes(part));

const ready = (): Promise<unknown> =>
  until('everything ready', async () => (await reveille.call('GET', '/health/ready')).status === 200);

const timed = async (ask: () => Promise<Answer>): Promise<Answer & { readonly ms: number }> => {
  const from = performance.now();
  const answer = await ask();
  return { ...answer, ms: performance.now() - from };
};

const unavailable = ({ status, headers, json, ms }: Answer & { readonly ms: number }): void => {
  expect({ status, json }).toMatchObject({
    status: 503,
    json: { error: { code: expect.any(String), message: expect.any(String) } },
  });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(ms).toBeLessThan(BOUND_MS);
};

const works = ({ status, text, ms }: Answer & { readonly ms: number }, boundMs = BOUND_MS): void => {
  expect({ status, text: status < 300 ? '' : text }).toEqual({ status: status < 300 ? status : 200, text: '' });
  expect(ms).toBeLessThan(boundMs);
};

/** A run of the cause that has finished; the woken one is owed a wake. Asked again until it is acknowledged. */
const finishRun = async (): Promise<void> => {
  causes += 1;
  const events = runEvents(`run-${String(causes)}`);
  const producer = { 'producer-id': 'a-test', 'producer-epoch': '0', 'producer-seq': String(causes - 1) };
  const accepted = async (): Promise<boolean> =>
    (await entities.appendAnswer(CAUSE, claim, events, producer)).status < 300;
  await until('an accepted run', accepted, { withinMs: 40_000 });
};

const wokenOnceEach = async (): Promise<void> => {
  const expected = Array.from({ length: causes }, (_, index) => `run-${String(index + 1)}`);
  await until('all wakes', async () => (await entities.wakes(WOKEN)).length >= causes);
  expect(await entities.wakes(WOKEN)).toEqual(expected);
};

let loads = 0;
const open: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const pid of [servers.nats.pid, servers.postgres.pid]) await signal(pid, 'SIGCONT');
  await Promise.all(open.splice(0).map((part) => part.stop()));
}, LONG_MS);

/** Everything is as it should be: what was written during the outage, its readers, the lists, the wakes. */
const recovered = async (load: WriteLoad, tail: TailReader): Promise<void> => {
  await ready();
  await load.acknowledges(50);
  const ledger = await load.stop();
  const end = { id: 'the-end' };
  await ledger.attempt('all', load.shared, end.id, () => entities.sendAnswer(load.shared, end));
  await until('the end on the tail', () => tail.items.some(({ value }) => value?.payload?.id === end.id));
  await tail.stop();
  expect(tail.items).toEqual(await entities.items(load.shared));
  expect(tail.disorder).toEqual([]);
  expect(await ledger.contradictions((path) => entities.itemsOrNone(path))).toEqual([]);
  await until('a list', async () => (await entities.listAnswer('outage')).status === 200);
  expect(await entities.list('outage')).toContain(load.shared);
  await finishRun();
  await wokenOnceEach();
};

const underLoad = async (): Promise<{ readonly load: WriteLoad; readonly tail: TailReader }> => {
  const load = new WriteLoad(() => entities, 'outage', `load-${String((loads += 1))}`);
  open.push(load);
  await load.acknowledges(50);
  const tail = new TailReader(() => reveille.url, load.shared);
  open.push(tail);
  await until('an open tail', () => tail.items.length > 0);
  return { load, tail };
};

describe('without the broker', () => {
  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    '(%s) requests get 503 in time, and everything recovers by itself',
    async (how) => {
      const { load, tail } = await underLoad();
      const killed = servers.nats.exited;
      await signal(servers.nats.pid, how);
      if (how === 'SIGKILL') await killed;
      const reads = [
        timed(() => reveille.call('GET', `/${load.shared}/main?offset=-1`)),
        timed(() => reveille.call('GET', `/v1/entities/${OLD}`)),
        timed(() => entities.listAnswer('outage')),
      ];
      const owed = finishRun();
      for (const answer of await Promise.all(reads)) unavailable(answer);
      await names('log');
      if (how === 'SIGSTOP') await signal(servers.nats.pid, 'SIGCONT');
      else await servers.nats.restart();
      await owed;
      await recovered(load, tail);
    },
    LONG_MS,
  );

  it(
    'for long, writes get 503 too',
    async () => {
      await signal(servers.nats.pid, 'SIGSTOP');
      const writes = [
        timed(() => entities.sendAnswer(OLD, { id: 'long' })),
        timed(() => entities.spawnAnswer('outage/long')),
      ];
      for (const answer of await Promise.all(writes)) unavailable(answer);
      await signal(servers.nats.pid, 'SIGCONT');
      await ready();
      works(await timed(() => entities.sendAnswer(OLD, { id: 'after' })));
    },
    LONG_MS,
  );
});

describe('without the database', () => {
  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    '(%s) the log still works, lists get 503 in time, and everything recovers by itself',
    async (how) => {
      const { load, tail } = await underLoad();
      const killed = servers.postgres.exited;
      await signal(servers.postgres.pid, how);
      if (how === 'SIGKILL') await killed;
      await load.acknowledges(200);
      await finishRun();
      works(await timed(() => reveille.call('GET', `/v1/entities/${OLD}`)));
      works(await timed(() => reveille.call('GET', `/${OLD}/main?offset=-1`)), 5_000);
      works(await timed(() => reveille.call('GET', `/${load.shared}/main?offset=-1`)), 5_000);
      for (const answer of await Promise.all([1, 2, 3].map(() => timed(() => entities.listAnswer('outage')))))
        unavailable(answer);
      await names('database');
      if (how === 'SIGSTOP') await signal(servers.postgres.pid, 'SIGCONT');
      else await servers.postgres.restart();
      await recovered(load, tail);
    },
    LONG_MS,
  );
});

describe('without either', () => {
  it.each(['broker', 'database'] as const)(
    'and the %s back first, everything recovers by itself',
    async (first) => {
      const { load, tail } = await underLoad();
      await Promise.all([servers.nats.kill(), servers.postgres.kill()]);
      await names('log');
      await names('database');
      const order = [servers.nats, servers.postgres];
      for (const server of first === 'broker' ? order : order.reverse()) await server.restart();
      await recovered(load, tail);
    },
    LONG_MS,
  );
});
