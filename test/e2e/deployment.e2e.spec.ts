/*
 * Gateway, projectors and saga as processes of their own, on three brokers with the users and permissions of
 * deploy/nats.conf and a database with the roles of deploy/postgres/roles.sql: each can do its work and no more. Then
 * streams are deleted, a broker and a projector are killed meanwhile, and every broker and PostgreSQL have their room back
 * in the end. PURGE_STREAMS=2000 makes it larger (60 unless given).
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectDatabase, reportPurges, type Database } from '@app/read-model';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller, jsonOf, type Answer } from './gateway/http.js';
import { AppProcess, appEnvironment, type AppKind } from './support/app-process.js';
import { DeployedBrokers, type LogSize } from './support/deployed-brokers.js';
import { DeployedDatabase } from './support/deployed-database.js';
import { Entities, runEvents } from './support/entities.js';
import { until } from './support/until.js';

const STREAMS = Number(process.env['PURGE_STREAMS'] ?? 60);
const APPENDS = 5;
const BODY = 'x'.repeat(8 * 1024);
const TEXT = { 'content-type': 'text/plain' };
const LONG_MS = 180_000;
const AT_ONCE = 20;

let servers: TestServers;
let brokers: DeployedBrokers;
let deployed: DeployedDatabase;
let database: Database;
let gateway: AppProcess;
let projectors: readonly AppProcess[];
const apps: AppProcess[] = [];

const app = async (kind: AppKind): Promise<AppProcess> => {
  const urls = {
    dir: servers.dir,
    databaseUrl: deployed.urlOf(kind),
    natsUrl: brokers.url(kind),
    natsMonitorUrl: brokers.monitorUrl,
  };
  const created = await AppProcess.create(kind, { ...appEnvironment(urls), REVEILLE_REPLICAS: '3' });
  apps.push(created);
  await created.start();
  return created;
};

/** Asks until there is an answer that is not "not now". */
const call = (method: string, path: string, body?: string): Promise<Answer> =>
  until(
    `${method} ${path}`,
    async () => {
      const answer = await caller(() => gateway.url)(method, path, body, TEXT).catch(() => undefined);
      return answer && answer.status < 500 ? answer : undefined;
    },
    { withinMs: 60_000 },
  );

const each = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < all.length; from += AT_ONCE) await Promise.all(all.slice(from, from + AT_ONCE).map(work));
};

const written = async (prefix: string, count: number): Promise<readonly string[]> => {
  const paths = Array.from({ length: count }, (_, n) => `/${prefix}/${String(n)}`);
  await each(paths, async (path) => {
    expect((await call('PUT', path, BODY)).status).toBe(201);
    for (let n = 1; n < APPENDS; n += 1) expect((await call('POST', path, BODY)).status).toBe(204);
  });
  return paths;
};

const inLog = async (prefix: string): Promise<readonly number[]> =>
  Object.values(await brokers.subjects(`log.*.s.${prefix}.*.d`));

const inHistory = async (prefix: string): Promise<{ readonly rows: number; readonly bytes: number }> => {
  const [found] = await database.query<{ rows: number; bytes: number }>(
    `SELECT count(*) AS rows, coalesce(sum(length(payload)), 0)::bigint AS bytes FROM history WHERE starts_with(path, $1)`,
    [`${prefix}/`],
  );
  return found ?? { rows: -1, bytes: -1 };
};

const purged = (prefix: string, count: number): Promise<unknown> =>
  until(
    `the purge of ${prefix}`,
    async () => {
      const messages = await inLog(prefix).catch(() => []);
      const { rows } = await inHistory(prefix);
      const { due } = await reportPurges(database);
      return messages.length === count && messages.every((left) => left === 1) && rows === count && due === 0;
    },
    { withinMs: 90_000, everyMs: 100 },
  );

/** Of every node, once all have the same. */
const sizes = (): Promise<LogSize> =>
  until(
    'three nodes with the same log',
    async () => {
      const [one, ...others] = await Promise.all([0, 1, 2].map((node) => brokers.logOf(node)));
      return others.every((other) => JSON.stringify(other) === JSON.stringify(one)) ? one : undefined;
    },
    { withinMs: 60_000, everyMs: 100 },
  );

beforeAll(async () => {
  servers = await startTestServers({ postgres: true });
  brokers = await DeployedBrokers.start(servers.dir);
  deployed = await DeployedDatabase.create(servers);
  await deployed.migrate();
  // It makes the streams, which nobody else may.
  gateway = await app('gateway');
  projectors = [await app('projector'), await app('projector')];
  await app('saga');
  database = await connectDatabase({ url: deployed.url });
}, LONG_MS);

afterAll(async () => {
  await Promise.all(apps.map((one) => one.destroy()));
  await brokers.stop();
  await database.close();
  await servers.stop();
}, LONG_MS);

it('every app does its work with the user and the role it has', async () => {
  const entities = new Entities(caller(() => gateway.url));
  await entities.register('job');
  await entities.spawn('job/parent', { tags: { of: 'deployment' } });
  const wake = { subscriberUrl: '/job/parent', condition: 'runFinished' };
  await entities.spawn('job/child', { parent: '/job/parent', wake });
  await entities.append('job/child', await entities.claim('job/child'), runEvents('run-1'));
  expect([...(await entities.list('job'))].sort()).toEqual(['job/child', 'job/parent']);
  await until('the wake', async () => (await entities.wakes('job/parent')).length === 1);

  const asked = await entities.call('POST', '/v1/observations/entities/ensure-stream', { tags: { of: 'deployment' } });
  const { streamUrl } = jsonOf<{ readonly streamUrl: string }>(asked);
  await until('the members', async () => (await entities.call('GET', streamUrl)).text.includes('/job/parent'));
  const rows = await entities.call('GET', '/v1/shape?table=entities&offset=-1');
  expect(rows).toMatchObject({ status: 200, text: expect.stringContaining('/job/child') });
  expect(await entities.call('GET', '/v1/entities/job/parent/tree')).toMatchObject({ status: 200 });
});

it('a gateway cannot write what is derived from the log, and nobody but the migrator makes tables', async () => {
  const refusal = async (role: 'gateway' | 'projector' | 'saga', statement: string): Promise<unknown> => {
    const as = await connectDatabase({ url: deployed.urlOf(role) });
    return as
      .execute(statement)
      .then(
        () => 'done',
        (error: unknown) => String(error),
      )
      .finally(() => as.close());
  };
  expect(await refusal('gateway', 'DELETE FROM entities')).toContain('permission denied for table entities');
  for (const role of ['gateway', 'projector', 'saga'] as const) {
    expect(await refusal(role, 'CREATE TABLE own (id int)')).toContain('permission denied for schema public');
    expect(await refusal(role, 'TRUNCATE history')).toContain('permission denied for table history');
  }
});

it(
  'streams that are deleted give their room back on all three brokers and in the history, whoever dies meanwhile',
  async () => {
    const kept = await written('kept', 5);
    await until('the history of what is kept', async () => (await inHistory('kept')).rows === kept.length * APPENDS);
    const empty = await sizes();
    const calm = await written('calm', STREAMS);
    const full = await sizes();
    expect(full.bytes - empty.bytes).toBeGreaterThan(STREAMS * APPENDS * BODY.length);

    await each(calm, async (path) => {
      expect((await call('DELETE', path)).status).toBe(204);
    });
    await purged('calm', STREAMS);
    const after = await sizes();
    // What is left are tombstones and barriers.
    expect(after.bytes - empty.bytes).toBeLessThan((full.bytes - empty.bytes) / 10);
    expect((await inHistory('calm')).bytes).toBe(0);

    const troubled = await written('troubled', STREAMS);
    const leader = await brokers.leader();
    const deaths = (async () => {
      await until('a tombstone', async () =>
        (await inLog('troubled').catch(() => [])).some((count) => count !== APPENDS),
      );
      await brokers.kill(leader);
      await projectors[0]?.end('SIGKILL');
    })();
    await each(troubled, async (path) => {
      // Whoever asks again may find that the first question was heard.
      expect([204, 404]).toContain((await call('DELETE', path)).status);
    });
    await deaths;
    // Two of three are enough, and one of two.
    await purged('troubled', STREAMS);
    expect(projectors[0]?.running).toBe(false);
    await brokers.launch(leader);
    const end = await sizes();
    expect(end.bytes - after.bytes).toBeLessThan((full.bytes - empty.bytes) / 10);
    expect((await inHistory('troubled')).bytes).toBe(0);
    process.stdout.write(`purged: ${JSON.stringify({ streams: 2 * STREAMS, empty, full, after, end })}\n`);

    for (const path of [...calm.slice(0, 3), ...troubled.slice(0, 3)])
      expect((await call('GET', path)).status).toBe(404);
    for (const path of kept) expect((await call('GET', path)).text).toBe(BODY.repeat(APPENDS));
    const [again = ''] = troubled;
    expect((await call('PUT', again, 'anew')).status).toBe(201);
    expect((await call('GET', again)).text).toBe('anew');
  },
  LONG_MS,
);
