/* The log with a broker or a network that is slow, or in a process that is: nothing is given up that only takes longer. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LogEngine, type EngineOptions } from '@app/streams/engine/log-engine.js';
import { connectToNats, ensureStream, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { diaryOn, readItems, say } from '@app/testing/diary.js';
import { FaultyBackend } from '@app/testing/faulty-backend.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { TcpProxy } from '@app/testing/tcp-proxy.js';

const STREAM = 'LOG';
const MIB = 1024 * 1024;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const until = async (condition: () => boolean): Promise<void> => {
  for (const end = Date.now() + 20_000; !condition(); await delay(10))
    if (Date.now() > end) throw new Error('it did not come true in time');
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the log on JetStream, when something is slow', () => {
  let servers: TestServers;
  let proxy: TcpProxy;
  /** Attempts that the broker was given, by subject. */
  let given: Map<string, number>;
  let subject: string;
  const connections: NatsConnection[] = [];
  const logs: LogEngine[] = [];

  const connected = async (url: string): Promise<NatsConnection> => {
    const connection = await connectToNats(url, 'slow log');
    connections.push(connection);
    return connection;
  };

  const open = async (attemptMs: number, options: EngineOptions = {}) => {
    const connection = await connected(`nats://127.0.0.1:${String(proxy.port)}`);
    const backend = new FaultyBackend(await JetStreamBackend.open(connection, STREAM, attemptMs, 'by one'));
    const log = await LogEngine.open(backend, options);
    logs.push(log);
    return { log, backend };
  };

  const write = (log: LogEngine, to: string, id: string, bytes = 0) =>
    log.submit(
      diaryOn(to),
      say(id, {
        copies: 'nowhere',
        body: Buffer.from(JSON.stringify({ id, text: randomBytes(bytes / 2).toString('hex') })),
      }),
    );

  const itemsOf = async (log: LogEngine): Promise<readonly string[]> =>
    (await readItems(log, subject)).items.map(({ id }) => id);

  beforeAll(async () => {
    servers = await startTestServers({ nats: true });
    const connection = await connectToNats(servers.natsUrl, 'slow log');
    await ensureStream(connection, { name: STREAM, subjects: 'log.>' });
    await connection.close();
  }, 60_000);
  beforeEach(async () => {
    proxy = await TcpProxy.start(Number(new URL(servers.natsUrl).port));
    subject = `log.t.s.${randomUUID()}.d`;
    given = new Map();
    const observer = await connected(servers.natsUrl);
    observer.subscribe('log.>', {
      callback: (_error, { subject: to }) => {
        given.set(to, (given.get(to) ?? 0) + 1);
      },
    });
    await observer.flush();
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    await proxy.stop();
  });
  afterAll(() => servers.stop());

  it('a message of megabytes gets the time that a slow network takes for it, and so does what waits behind it', async () => {
    const { log } = await open(1_000);
    await write(log, subject, 'before');
    proxy.throttle(4 * MIB);
    const behind = `log.t.s.${randomUUID()}.d`;
    const began = performance.now();
    const large = write(log, subject, 'large', 7 * MIB);
    // It is on its way by then.
    for (let turns = 0; turns < 5; turns += 1) await turn();
    await Promise.all([large, write(log, behind, 'small')]);
    // More than one attempt of a small message, on a network without traffic, may take.
    expect(performance.now() - began).toBeGreaterThan(1_500);
    proxy.throttle(Infinity);
    expect(await itemsOf(log)).toEqual(['before', 'large']);
    expect(Object.fromEntries(given)).toEqual({ [subject]: 2, [behind]: 1 });
  }, 60_000);

  it('a broker that stands still for longer than that is sent the message again, and has it once', async () => {
    const { log, backend } = await open(100);
    await write(log, subject, 'before');
    process.kill(servers.nats.pid, 'SIGSTOP');
    const large = write(log, subject, 'large', MIB);
    try {
      await until(() => backend.published >= 3);
    } finally {
      process.kill(servers.nats.pid, 'SIGCONT');
    }
    await large;
    expect(await itemsOf(log)).toEqual(['before', 'large']);
    expect(given.get(subject)).toBeGreaterThanOrEqual(3);
  }, 60_000);

  it('a process that cannot listen for longer than it waits hears the answer when it can, wherever it stood still', async () => {
    const { log, backend } = await open(500, { timing: { barrierMs: 400 } });
    await write(log, subject, 'before');
    const expected = ['before'];
    for (let turns = 0; turns < 6; turns += 1) {
      const id = `after ${String(turns)}`;
      const [appended, barrier] = [write(log, subject, id), log.barrier()];
      for (let n = 0; n < turns; n += 1) await turn();
      for (const end = performance.now() + 700; performance.now() < end;);
      await Promise.all([appended, barrier]);
      expected.push(id);
    }
    expect(await itemsOf(log)).toEqual(expected);
    expect(backend.published).toBe(expected.length);
  }, 60_000);
});
