import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LOG_STREAM, REGISTRY_STREAM, entityTypeSubject } from '@app/contracts/topology/topology.js';
import { addressIn } from '@app/messaging';
import { waitUntil } from '@app/platform/embedded/wait-until.js';
import { listEntities, openDatabase, type Database } from '@app/read-model';
import { encodeMessage, type MessageDraft } from '@app/streams/codec/index.js';
import { connectToNats, ensureStreams, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { entityLives, messageOf, TENANT, type MessageSpec } from '@app/testing/projection-spec.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';

let servers: TestServers;
let connection: NatsConnection;
let database: Database;
let env: NodeJS.ProcessEnv;
const started: ChildProcess[] = [];

const run = (...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [join('scripts', 'start.mjs'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
};

const ops = async (...args: readonly string[]): Promise<{ code: number; json: unknown; errors: string }> => {
  const child = run('ops', '--json', ...args);
  if (!child.stdout || !child.stderr) throw new Error('no output');
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode ?? -1, json: out === '' ? undefined : JSON.parse(out), errors };
};

const projector = (): ChildProcess => {
  const child = run('projector');
  child.stdout?.resume();
  child.stderr?.resume();
  return child;
};

const position = async (): Promise<number> => {
  const [row] = await database.query<{ at: number | null }>(
    `SELECT min(position) AS at FROM lanes WHERE worker_group = 'projector'`,
  );
  return row?.at ?? 0;
};

const publish = async (stream: string, subject: string, message: MessageDraft): Promise<number> => {
  const backend = await JetStreamBackend.open(connection, stream, 1_000);
  const seq = await backend.publish(subject, encodeMessage(message), null);
  await backend.close();
  return seq;
};

const draftOf = (spec: MessageSpec): MessageDraft & { readonly subject: string } => {
  const { message } = messageOf(0, spec);
  return { ...message, state: { ...message.state, incarnation: 0, tail: 'self', coldAt: 'none' } };
};

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  connection = await connectToNats(servers.natsUrl, 'apps-test');
  await ensureStreams(connection);
  env = {
    ...process.env,
    NATS_URL: servers.natsUrl,
    DATABASE_URL: await servers.freshDatabase(),
    NATS_MONITOR_URL: servers.natsMonitorUrl,
    REVEILLE_MIN_DURABILITY: 'memory',
    REVEILLE_DATA_DIR: join(servers.dir, 'data'),
  };
  database = await openDatabase({ url: env.DATABASE_URL ?? '' });
}, 60_000);

afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await database.close();
  await connection.close();
  await servers.stop();
});

it('projects both logs as a process of its own, again after it was killed, and tells operators', async () => {
  const first = projector();
  const lives = entityLives(3, 6).map(draftOf);
  for (const draft of lives.slice(0, 10)) await publish(LOG_STREAM, draft.subject, draft);
  const document = { name: 'chat', revision: 1 };
  const typed = draftOf({ path: 'ignored', items: [{ type: 'entity_type_registered', key: 'chat', value: document }] });
  await publish(REGISTRY_STREAM, entityTypeSubject(TENANT, 'chat'), typed);
  await waitUntil(async () => ((await position()) >= 10 ? true : undefined), { withinMs: 20_000 });
  expect(await listEntities(database, TENANT)).toHaveLength(3);
  const types = await waitUntil(
    async () => {
      const rows = await database.query<{ name: string; document: string }>(
        'SELECT name, document FROM entity_types WHERE tenant = $1',
        [TENANT],
      );
      return rows.length > 0 ? rows : undefined;
    },
    { withinMs: 10_000 },
  );
  expect(types).toMatchObject([{ name: 'chat' }]);
  expect(JSON.parse(types?.[0]?.document ?? '{}')).toEqual(document);

  first.kill('SIGKILL');
  await once(first, 'close');
  let seq = 0;
  for (const draft of lives.slice(10)) seq = await publish(LOG_STREAM, draft.subject, draft);
  const second = projector();
  await waitUntil(async () => ((await position()) >= seq ? true : undefined), { withinMs: 30_000 });
  expect(await position()).toBe(seq);

  const status = await ops('status');
  expect(status).toMatchObject({
    code: 0,
    json: {
      broker: { ok: true, value: { durability: 'page-cache', streams: expect.any(Array) } },
      database: { ok: true },
    },
  });
  const lag = await ops('lag');
  expect(lag).toMatchObject({ code: 0 });
  expect(lag.json).toHaveLength(9);

  const rebuilt = await ops('rebuild', 'entities');
  expect(rebuilt).toMatchObject({
    code: 0,
    json: {
      messages: seq,
      tables: [{ table: 'entities', rows: 3 }, { table: 'entity_tags' }, { table: 'entity_grants' }],
    },
  });
  expect(await listEntities(database, TENANT)).toHaveLength(3);
  expect((await ops('rebuild', 'nothing')).code).toBe(64);

  second.kill('SIGTERM');
  await once(second, 'close');
  expect(second.exitCode).toBe(0);
  const left = await ops('lag');
  expect(left).toMatchObject({ code: 3 });
  env = { ...env, NATS_URL: 'nats://127.0.0.1:1' };
  expect((await ops('status')).code).toBe(2);
  expect(addressIn.registryLog('reg.a.type.b')).toEqual({ kind: 'type', tenant: 'a', path: 'b' });
}, 120_000);
