import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager, jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { startTestServers, type TestServers } from '@app/testing/servers.js';

const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

const publish = async (url: string, body: string): Promise<number> => {
  const connection = await connect({ servers: url });
  try {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    return (await jetstream(connection).publish('kept.a', body)).seq;
  } finally {
    await connection.close();
  }
};

describe('embedded servers', () => {
  let servers: TestServers;
  beforeAll(async () => {
    servers = await startTestServers({ nats: true, postgres: true, durablePostgres: true });
  }, 120_000);
  afterAll(() => servers.stop());

  it('keep what was written over a restart on the same addresses', async () => {
    const { natsUrl, databaseUrl } = servers;
    await query(databaseUrl, 'CREATE TABLE kept (n int)');
    const first = await publish(natsUrl, 'one');
    await Promise.all([servers.nats.restart(), servers.postgres.restart()]);
    expect([servers.natsUrl, servers.databaseUrl]).toEqual([natsUrl, databaseUrl]);
    expect(await publish(natsUrl, 'two')).toBe(first + 1);
    expect(await query(databaseUrl, 'SELECT * FROM kept')).toEqual([]);
  });

  it('come back with their data after kill -9', async () => {
    await query(servers.databaseUrl, 'INSERT INTO kept VALUES (1)');
    const before = await publish(servers.natsUrl, 'three');
    await Promise.all([servers.nats.kill(), servers.postgres.kill()]);
    await Promise.all([servers.nats.restart(), servers.postgres.restart()]);
    expect(await publish(servers.natsUrl, 'four')).toBe(before + 1);
    expect(await query(servers.databaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('take half of the cores for the broker, as nothing is synced before an acknowledgement', async () => {
    const answer = await fetch(`${servers.nats.monitorUrl}/varz`);
    expect(await answer.json()).toMatchObject({
      gomaxprocs: Number(process.env['GOMAXPROCS'] ?? Math.max(1, Math.floor(availableParallelism() / 2))),
    });
  });

  it('give every test its own database', async () => {
    const [one, two] = [await servers.freshDatabase(), await servers.freshDatabase()];
    await query(one, 'CREATE TABLE only_here (n int)');
    await expect(query(two, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
  });
});
