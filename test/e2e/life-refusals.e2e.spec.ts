import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findNatsServer, freePort, removePlace } from '@app/platform/embedded/index.js';
import { removeTestDir, testDir } from '@app/testing/servers.js';
import { asOrdinaryUser, isRoot } from './support/other-user.js';
import { ReveilleChild, type ChildOptions } from './support/reveille-child.js';

const LONG_MS = 120_000;
const WITHIN_MS = 15_000;

let dir: string;
const children: ReveilleChild[] = [];

const launch = (more: Partial<ChildOptions> = {}): ReveilleChild => {
  const env = { PORT: '0', LOG_LEVEL: 'warn', REVEILLE_DATA_DIR: join(dir, 'data'), ...more.env };
  const child = ReveilleChild.spawn({ ...more, env });
  children.push(child);
  return child;
};

/** The one message of a start that is refused. */
const refusal = async (more: Partial<ChildOptions>): Promise<string> => {
  const child = launch(more);
  const { code, ms } = await child.ended;
  await child.gone([]);
  expect({ code, output: child.output }).toMatchObject({ code: 1 });
  expect(ms).toBeLessThan(WITHIN_MS);
  expect(child.output).not.toMatch(/^\s+at /m);
  expect(child.stderr.match(/Reveille did not start/g)).toHaveLength(1);
  return child.stderr;
};

const listening = async (server: Server): Promise<number> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  dir = await testDir();
  // Somebody who may not write here must find the build up to date.
  await promisify(execFile)(process.execPath, ['scripts/build.mjs']);
}, LONG_MS);

afterEach(async () => {
  for (const child of children.splice(0)) await child.destroy();
}, LONG_MS);

afterAll(async () => {
  await removePlace(join(dir, 'data/postgres'));
  await removePlace(join(dir, 'home/.reveille/postgres'));
  await removeTestDir(dir);
}, LONG_MS);

describe('a start that cannot work says what to do', () => {
  it(
    'when the port is in use',
    async () => {
      const holder = createServer();
      const port = await listening(holder);
      try {
        const said = await refusal({ env: { PORT: String(port) } });
        expect(said).toMatch(new RegExp(`127\\.0\\.0\\.1:${String(port)} is in use: .*PORT=`));
        // Found out before a database is made.
        await expect(stat(join(dir, 'data'))).rejects.toThrow();
      } finally {
        holder.close();
      }
    },
    LONG_MS,
  );

  it(
    'when the address is not one of this machine',
    async () => {
      const production = { REVEILLE_MODE: 'production', REVEILLE_TRUST_PRINCIPAL_HEADER: 'true' };
      expect(await refusal({ env: { ...production, HOST: '192.0.2.1' } })).toContain('not an address of this machine');
      expect(await refusal({ env: { ...production, HOST: 'host.invalid' } })).toContain(
        'not an address of this machine',
      );
    },
    LONG_MS,
  );

  it(
    'when values are wrong: all of them at once',
    async () => {
      const env = {
        PORT: 'http',
        NATS_URL: 'http://broker',
        DATABASE_URL: 'mysql://db',
        LONG_POLL_TIMEOUT_MS: '-1',
        REVEILLE_MODE: 'prod',
        REVEILLE_MIN_DURABILITY: 'disk',
        LOG_LEVEL: 'loud',
      };
      const said = await refusal({ env });
      for (const name of Object.keys(env)) expect(said).toMatch(new RegExp(`^ +- ${name} must `, 'm'));
    },
    LONG_MS,
  );

  it(
    'when everybody on the network could be anybody',
    async () => {
      const said = await refusal({ env: { HOST: '0.0.0.0' } });
      expect(said).toMatch(/HOST 0\.0\.0\.0 is not loopback.*REVEILLE_MODE=production/);
    },
    LONG_MS,
  );

  it(
    'when there is no nats-server and no way to get one',
    async () => {
      const cache = join(dir, 'empty-cache');
      const offline = encodeURIComponent('globalThis.fetch = async () => { throw new Error("no network"); };');
      const said = await refusal({
        env: { PATH: '', REVEILLE_CACHE_DIR: cache, NODE_OPTIONS: `--import=data:text/javascript,${offline}` },
      });
      expect(said).toMatch(/no nats-server found \(.*no network.*\)\. Install nats-server .* PATH, or set NATS_URL/);
    },
    LONG_MS,
  );

  it(
    'when the broker promises less than was asked for',
    async () => {
      const said = await refusal({ env: { REVEILLE_MIN_DURABILITY: 'fsync' } });
      expect(said).toMatch(/gives durability "page-cache".*"fsync" is required: .*sync_interval: always/);
    },
    LONG_MS,
  );
});

describe('a broker that cannot carry the log', () => {
  let server: ChildProcess | undefined;
  const old = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('INFO {"server_id":"X","version":"2.10.4","jetstream":true,"headers":true,"max_payload":1048576}\r\n');
    socket.on('data', (bytes) => bytes.includes('PING') && socket.write('PONG\r\n'));
  });
  afterAll(() => {
    server?.kill('SIGKILL');
    old.close();
  });

  it(
    'is refused when it runs without JetStream',
    async () => {
      const port = String(await freePort());
      const { path } = await findNatsServer();
      server = spawn(path, ['-a', '127.0.0.1', '-p', port], { stdio: 'ignore' });
      const said = await refusal({ env: { NATS_URL: `nats://127.0.0.1:${port}` } });
      expect(said).toContain('runs without JetStream: start it with --jetstream');
    },
    LONG_MS,
  );

  it(
    'is refused when it is too old',
    async () => {
      const said = await refusal({ env: { NATS_URL: `nats://127.0.0.1:${String(await listening(old))}` } });
      expect(said).toContain('nats-server 2.10.4 is too old: use 2.14.4 or newer');
    },
    LONG_MS,
  );
});

describe('an ordinary user', () => {
  let ordinary: Partial<ChildOptions>;
  let home: string;

  beforeAll(async () => {
    home = join(dir, 'ordinary');
    await mkdir(home);
    ordinary = await asOrdinaryUser(dir, home);
  }, LONG_MS);

  const inFolder = (folder: string): Partial<ChildOptions> => ({
    ...ordinary,
    env: { ...ordinary.env, REVEILLE_DATA_DIR: folder },
  });

  it(
    'is told which directory cannot be written',
    async () => {
      const locked = join(dir, 'locked');
      await mkdir(locked);
      await chmod(locked, 0o555);
      const said = await refusal(inFolder(join(locked, 'data')));
      expect(said).toMatch(/cannot write the data directory .*locked\/data .*REVEILLE_DATA_DIR/);
    },
    LONG_MS,
  );

  it(
    'starts, works, stops and goes on',
    async () => {
      const folder = join(home, 'data');
      for (const status of [201, 409]) {
        const child = launch(inFolder(folder));
        await child.says('Ctrl-C stops everything');
        await child.call('POST', '/v1/entity-types', { name: 'chat', description: 'd' });
        expect(await child.call('PUT', '/v1/entities/chat/1')).toMatchObject({ status });
        expect(await child.stopped(() => child.signal('SIGTERM'))).toMatchObject({ code: 0 });
      }
    },
    LONG_MS,
  );
});

if (isRoot)
  describe('root', () => {
    it(
      'works below a home that only root may enter, and says where the database is',
      async () => {
        const home = join(dir, 'home');
        await mkdir(home, { mode: 0o700 });
        const env = { REVEILLE_DATA_DIR: join(home, '.reveille') };
        for (const status of [201, 409]) {
          const child = launch({ env });
          await child.says('Ctrl-C stops everything');
          const [, moved] = /the database is kept in (\S+)/.exec(child.stdout) ?? [];
          expect(moved).toMatch(/^\/var\/lib\/reveille\//);
          expect(child.stdout).toContain(`${home}/.reveille/nats, ${String(moved)}`);
          await child.call('POST', '/v1/entity-types', { name: 'chat', description: 'd' });
          expect(await child.call('PUT', '/v1/entities/chat/1')).toMatchObject({ status });
          expect(await child.stopped(() => child.signal('SIGTERM'))).toMatchObject({ code: 0 });
        }
      },
      LONG_MS,
    );
  });
