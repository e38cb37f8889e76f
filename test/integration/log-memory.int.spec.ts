import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectToNats, ensureStream, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import type { RawMessage } from '@app/streams';
import { startTestServers, type TestServers } from '@app/testing/servers.js';

const MB = 1024 * 1024;
const QUESTIONS = 20;
const MESSAGES = 500;
const STARTING_MS = 60_000;

let servers: TestServers;
const connections: NatsConnection[] = [];

const opened = async (): Promise<{ readonly connection: NatsConnection; readonly backend: JetStreamBackend }> => {
  const connection = await connectToNats(servers.natsUrl, 'a test');
  connections.push(connection);
  await ensureStream(connection, { name: 'LOG', subjects: 'log.>' });
  return { connection, backend: await JetStreamBackend.open(connection, 'LOG', 1_000, 'by one') };
};

const message = (bytes: number) => ({ headers: [], payload: Buffer.alloc(bytes, 'x') });

beforeAll(async () => {
  servers = await startTestServers({ nats: true });
}, STARTING_MS);

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await servers.stop();
}, STARTING_MS);

describe('the end of a log whose newest message is large', () => {
  it('is told without that message, and what others write behind it is noticed at once', async () => {
    const reader = await opened();
    const writer = await opened();
    expect(await reader.backend.lastSeq()).toBe(0);
    for (const round of [0, 1]) {
      const large = await writer.backend.publish('log.large', message(MB), null);
      const before = reader.connection.stats().inBytes;
      for (let n = 0; n < QUESTIONS; n += 1) expect(await reader.backend.lastSeq()).toBe(large);
      expect(reader.connection.stats().inBytes - before).toBeLessThan(2 * MB);
      const small = await writer.backend.publish(`log.small.${String(round)}`, message(10), null);
      for (let n = 0; n < 3; n += 1) expect(await reader.backend.lastSeq()).toBe(small);
      const another = await writer.backend.publish('log.small', message(10), null);
      expect(await reader.backend.lastSeq()).toBe(another);
    }
    await writer.backend.purge('log.large', Number.MAX_SAFE_INTEGER);
    expect(await reader.backend.lastSeq()).toBe(await writer.backend.lastSeq());
  });
});

describe('a small message that is followed', () => {
  it('does not keep what came with it from the socket', async () => {
    const { backend } = await opened();
    const published = Array.from({ length: MESSAGES }, () => backend.publish('log.followed', message(300), null));
    const last = Math.max(...(await Promise.all(published)));
    const received: RawMessage[] = [];
    let arrived = (): void => undefined;
    const all = new Promise<void>((resolve) => (arrived = resolve));
    const follower = await opened();
    await follower.backend.follow(last - MESSAGES + 1, {
      onMessage: (one) => {
        received.push(one);
        if (one.seq === last) arrived();
      },
      onLive: () => undefined,
    });
    await all;
    expect(received).toHaveLength(MESSAGES);
    for (const { payload } of received) {
      expect(payload).toHaveLength(300);
      expect(payload.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize);
    }
  });
});
