import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { findNatsServer, freePort } from '@app/platform/embedded/index.js';
import { ServerProcess } from '@app/platform/embedded/server-process.js';
import { waitUntil } from '@app/platform/embedded/wait-until.js';
import { removeTestDir, testDir } from '@app/testing/servers.js';

const USERS = ['GATEWAY', 'PROJECTOR', 'SAGA', 'OPS', 'SYS'] as const;
const env = {
  ...process.env,
  ...Object.fromEntries(USERS.map((user) => [`NATS_${user}_PASSWORD`, `pw${user}`])),
};

let dir: string;
beforeAll(async () => {
  dir = await testDir();
}, 120_000);
afterAll(() => removeTestDir(dir));

it('deploy/nats.conf is accepted by the server', async () => {
  const { path } = await findNatsServer();
  const { stderr } = await promisify(execFile)(path, ['-t', '-c', 'deploy/nats.conf'], { env });
  expect(stderr).toContain('is valid');
}, 120_000);

describe('the roles of deploy/nats.conf', () => {
  let server: ServerProcess;
  let port: number;
  const open: NatsConnection[] = [];
  const as = async (user: string): Promise<NatsConnection> => {
    const connection = await connect({ port, user, pass: `pw${user.toUpperCase()}`, timeout: 5_000 });
    open.push(connection);
    return connection;
  };

  beforeAll(async () => {
    port = await freePort();
    const conf = (await readFile('deploy/nats.conf', 'utf8'))
      .replace('0.0.0.0:4222', `127.0.0.1:${port}`)
      .replace('0.0.0.0:8222', `127.0.0.1:${await freePort()}`)
      .replace('/data/jetstream', join(dir, 'jetstream'));
    await writeFile(join(dir, 'nats.conf'), conf);
    const { path } = await findNatsServer();
    const args = ['-c', join(dir, 'nats.conf')];
    server = await ServerProcess.start({ file: path, args, cwd: dir, logFile: join(dir, 'nats.log'), env });
    const gateway = await waitUntil(() => as('gateway').catch(() => undefined), { withinMs: 10_000 });
    const manager = await jetstreamManager(gateway!);
    await manager.streams.add({ name: 'LOG_0', subjects: ['log.>'], allow_direct: true });
    await manager.streams.add({ name: 'REGISTRY', subjects: ['reg.>'], allow_direct: true });
  }, 120_000);
  afterAll(async () => {
    for (const connection of open) await connection.close();
    await server.stop(5_000);
  });

  it('let gateway and saga append, and only the gateway register', async () => {
    const [gateway, saga] = [jetstream(await as('gateway')), jetstream(await as('saga'))];
    await gateway.publish('log.t.s.a.d', 'x');
    await gateway.publish('reg.t.type.a', 'x');
    await saga.publish('log.t.s.a.w', 'x');
    await saga.publish('reg._.b', '[]');
    await expect(saga.publish('reg.t.type.b', 'x', { timeout: 500 })).rejects.toThrow();
    // Only who knows that nobody needs them may remove messages.
    for (const user of ['gateway', 'saga']) {
      const manager = await jetstreamManager(await as(user), { timeout: 500 });
      await expect(manager.streams.purge('LOG_0', { filter: 'log.t.s.a.d' })).rejects.toThrow();
    }
  });

  it('let the projector read, purge and take barriers, but not append', async () => {
    const connection = await as('projector');
    const manager = await jetstreamManager(connection);
    expect((await manager.direct.getMessage('LOG_0', { last_by_subj: 'log.t.s.a.d' }))?.string()).toBe('x');
    const { name } = await manager.consumers.add('LOG_0', { durable_name: 'lanes', ack_policy: 'explicit' });
    const message = await (await jetstream(connection).consumers.get('LOG_0', name)).next({ expires: 1_000 });
    expect(await message?.ackAck()).toBe(true);
    await expect(jetstream(connection).publish('log.t.s.a.d', 'y', { timeout: 500 })).rejects.toThrow();
    expect((await manager.streams.purge('LOG_0', { filter: 'log.t.s.a.w' })).purged).toBe(1);
    // Of several brokers a barrier is a message that says nothing.
    await jetstream(connection).publish('log._.b', '[]');
    await jetstream(connection).publish('reg._.b', '[]');
    expect((await manager.streams.purge('REGISTRY', { filter: 'reg._.b', keep: 1 })).purged).toBe(1);
  });

  it('leave deleting a stream to nobody but ops', async () => {
    const gateway = await jetstreamManager(await as('gateway'), { timeout: 500 });
    await expect(gateway.streams.delete('REGISTRY')).rejects.toThrow();
    const ops = await jetstreamManager(await as('ops'));
    expect(await ops.streams.delete('REGISTRY')).toBe(true);
  });
});
