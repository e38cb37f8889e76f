/*
 * References on the source of a fork whose creator died, or was held up while others went on. A source that was deleted
 * goes as soon as it is sure that nobody needs it. FORK_KILLS=20 repeats the kills (1 unless given).
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOG_STREAM, LOG_SUBJECTS } from '@app/contracts/topology/topology.js';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import {
  connectToNats,
  JetStreamBackend,
  openJetStreamLog,
  type NatsConnection,
} from '@app/streams/jetstream/index.js';
import type { Log } from '@app/streams';
import { FaultyBackend, Gate } from '@app/testing/faulty-backend.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import type { ForkOrder, ForkStep } from '../processes/fork-creator-process.js';
import { StreamsOnLog, TENANT } from '../processes/streams-on-log.js';

const KILLS = Number(process.env['FORK_KILLS'] ?? 1);
// More than fits into one message.
const LARGE = 'x'.repeat(9 * 1024 * 1024);
const missing = expect.objectContaining({ code: 'STREAM_NOT_FOUND' });

let servers: TestServers;
let connection: NatsConnection;
let log: Log;
let streams: StreamsOnLog;
/** Of a process whose publishes can be held up. */
let backend: FaultyBackend;
let slowLog: Log;
let slow: StreamsOnLog;

beforeAll(async () => {
  servers = await startTestServers({ nats: true });
  await promisify(execFile)(process.execPath, ['scripts/build.mjs']);
  connection = await connectToNats(servers.natsUrl, 'fork references');
  log = await openJetStreamLog(connection, { name: LOG_STREAM, subjects: LOG_SUBJECTS });
  streams = new StreamsOnLog(log);
  backend = new FaultyBackend(await JetStreamBackend.open(connection, LOG_STREAM, 1_000));
  slowLog = await LogEngine.open(backend);
  slow = new StreamsOnLog(slowLog);
}, 180_000);

afterAll(async () => {
  await slowLog.close();
  await log.close();
  await connection.close();
  await servers.stop();
}, 60_000);

const references = async (path: string): Promise<number> => {
  const { state } = await streams.writer.load(TENANT, path);
  return state.situation === 'absent' ? 0 : state.ties.references.length;
};

/** Somebody creates the fork and dies of it. */
const killed = async (order: Omit<ForkOrder, 'natsUrl'>): Promise<void> => {
  // From what `npm run build` makes; tests run in the root of the repository.
  const child = fork(join(process.cwd(), 'dist/programs/fork-creator-process.js'), { execArgv: [] });
  child.send({ natsUrl: servers.natsUrl, ...order } satisfies ForkOrder);
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
};

describe('whoever creates a fork dies of it', () => {
  const cases = (['unreferenced', 'referenced', 'written'] as const).flatMap((dies) =>
    [['small', 'own;'] as const, ['large', LARGE] as const].map(([size, text]) => [dies, size, text] as const),
  );
  const rounds = cases.flatMap((each) => Array.from({ length: KILLS }, (_, round) => [...each, round] as const));

  it.each(rounds)(
    '(%s, %s): it is created again, and nothing keeps the source after it',
    async (dies, size, text, n) => {
      const [path, source] = [`f/${dies}/${size}/${String(n)}`, `s/${dies}/${size}/${String(n)}`];
      await streams.create(source, 'shared;');
      await killed({ path, source, text, dies });
      expect(await references(source)).toBe(dies === 'unreferenced' ? 0 : 1);
      await streams.fork(path, source, text);
      await streams.append(source, 'later;');
      expect((await streams.text(path)) === `shared;${text}`).toBe(true);
      await streams.remove(path);
      await streams.remove(source);
      expect(await streams.situation(source)).toBe('absent');
    },
  );

  it.each(['source', 'fork'] as const)('and so does whoever deletes the %s first', async (first) => {
    const [path, source] = [`f/first-${first}`, `s/first-${first}`];
    await streams.create(source, 'shared;');
    await killed({ path, source, text: '', dies: 'referenced' satisfies ForkStep });
    // It may still come, for all that anybody knows.
    if (first === 'source') {
      await streams.fork(path, source, 'own;');
      await streams.remove(source);
      expect(await streams.situation(source)).toBe('gone');
      expect(await streams.text(path)).toBe('shared;own;');
    } else await streams.create(path, 'no fork at all;');
    await streams.remove(path);
    if (first === 'fork') await streams.remove(source);
    expect(await streams.situation(source)).toBe('absent');
  });
});

describe('a creation that is held up while others create the fork, delete it, and the source', () => {
  const others = async (path: string, source: string): Promise<void> => {
    await streams.fork(path, source, 'other;');
    await streams.remove(path);
    await streams.remove(source);
    expect(await streams.situation(source)).toBe('absent');
  };

  it('before it is decided finds no source any more', async () => {
    await streams.create('s/held', 'shared;');
    const gate = new Gate();
    const forked = slow.fork('f/held', 's/held', 'late;', () => gate.through());
    const refused = expect(forked).rejects.toEqual(missing);
    await gate.reached;
    await others('f/held', 's/held');
    gate.open();
    await refused;
    expect(await streams.situation('f/held')).toBe('absent');
  });

  it.each([
    ['small', 'late;'],
    ['large', LARGE],
  ])('before it is sent finds no source any more (%s)', async (size, text) => {
    const [path, source] = [`f/sent/${size}`, `s/sent/${size}`];
    await streams.create(source, 'shared;');
    let gate: Gate | undefined;
    const held = new Gate();
    const forked = slow.fork(path, source, text, () => {
      gate ??= backend.holdPublish();
      held.open();
      return Promise.resolve();
    });
    const refused = expect(forked).rejects.toEqual(missing);
    await held.through();
    await gate?.reached;
    await others(path, source);
    gate?.open();
    await refused;
    expect(await streams.situation(path)).toBe('absent');
  });

  it('is created all the same while the source is there, with a reference that holds', async () => {
    await streams.create('s/again', 'shared;');
    let meanwhile = 0;
    await slow.fork('f/again', 's/again', 'own;', async () => {
      meanwhile += 1;
      if (meanwhile > 3) return;
      await streams.fork('f/again', 's/again', 'other;');
      await streams.remove('f/again');
    });
    expect([meanwhile, await references('s/again')]).toEqual([4, 1]);
    await streams.remove('s/again');
    expect(await streams.situation('s/again')).toBe('gone');
    expect(await streams.text('f/again')).toBe('shared;own;');
    await streams.remove('f/again');
    expect(await streams.situation('s/again')).toBe('absent');
  });
});
