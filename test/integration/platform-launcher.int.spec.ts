import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { EmbeddedNats, freePort, startEmbedded, THROW_AWAY, waitUntil } from '@app/platform/embedded/index.js';
import { isAlive } from '@app/platform/embedded/process-info.js';
import { removeTestDir, testDir } from '@app/testing/servers.js';

interface Pids {
  readonly nats: number;
  readonly postgres: number;
  readonly guards: readonly number[];
}

// Inside node_modules, so that the compiled launcher finds its packages.
const compiled = resolve(`node_modules/.cache/reveille-launcher-${process.pid}`);
const settings = { postgresSettings: THROW_AWAY };

let dir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const args = ['libs/platform/src/embedded', '-d', compiled, '--config-file', '.swcrc', '--strip-leading-paths'];
  await promisify(execFile)('node_modules/.bin/swc', args);
  const main = `
    import { startEmbedded } from './platform/src/embedded/index.js';
    const servers = await startEmbedded({ dataDir: process.argv[2] });
    console.log(JSON.stringify({ nats: servers.nats.pid, postgres: servers.postgres.pid }));
    setInterval(() => undefined, 1000);
  `;
  await writeFile(join(compiled, 'main.mjs'), main);
}, 60_000);
afterAll(() => rm(compiled, { recursive: true, force: true }));

beforeEach(async () => {
  dir = await testDir();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await removeTestDir(dir);
});

/** A launcher in a process of its own, which can be killed. */
const launchElsewhere = async (): Promise<{ child: ChildProcess; pids: Pids }> => {
  const child = spawn(process.execPath, [join(compiled, 'main.mjs'), dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const pids = JSON.parse(line) as Omit<Pids, 'guards'>;
  return { child, pids: { ...pids, guards: await guardsOf(child) } };
};

// By parent, so that the guards of other suites on this machine are not touched.
const guardsOf = async ({ pid }: ChildProcess): Promise<number[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').map((row) => row.trim().split(/\s+/));
  return rows
    .filter(([, parent, program]) => Number(parent) === pid && program === '/bin/sh')
    .map(([id]) => Number(id));
};

const gone = (pid: number): Promise<boolean | undefined> =>
  waitUntil(async () => ((await isAlive(pid)) ? undefined : true), { withinMs: 10_000 });

describe('when the launcher is killed', () => {
  it('its servers end by themselves', async () => {
    const { child, pids } = await launchElsewhere();
    child.kill('SIGKILL');
    expect(await Promise.all([gone(pids.nats), gone(pids.postgres)])).toEqual([true, true]);
  }, 60_000);

  it('together with the guards, the next start stops what is left and takes over', async () => {
    const { child, pids } = await launchElsewhere();
    expect(pids.guards).toHaveLength(2);
    for (const pid of pids.guards) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect([await isAlive(pids.nats), await isAlive(pids.postgres)]).toEqual([true, true]);

    const told: string[] = [];
    const servers = await startEmbedded({ dataDir: dir, progress: (line) => told.push(line) });
    await servers.stop();
    expect(told.filter((line) => line.includes('left over'))).toHaveLength(2);
    expect(await Promise.all([gone(pids.nats), gone(pids.postgres)])).toEqual([true, true]);
  }, 60_000);
});

describe('two launchers', () => {
  it('share a machine', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => startEmbedded({ dataDir: join(dir, name), ...settings })),
    );
    expect(new Set([one!.natsUrl, two!.natsUrl, one!.natsMonitorUrl, two!.natsMonitorUrl]).size).toBe(4);
    expect(one!.databaseUrl).not.toBe(two!.databaseUrl);
    await Promise.all([one!.stop(), two!.stop()]);
  }, 60_000);

  it('do not share a data directory', async () => {
    const { child } = await launchElsewhere();
    await expect(startEmbedded({ dataDir: dir })).rejects.toThrow(`in use by process ${child.pid}`);
  }, 60_000);
});

describe('a start that cannot work', () => {
  it('says which directory it cannot write', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(startEmbedded({ dataDir: join(dir, 'file/data') })).rejects.toThrow('REVEILLE_DATA_DIR');
  });

  it('says that a broker is too old', async () => {
    const old = join(dir, 'nats-server');
    await writeFile(old, '#!/bin/sh\necho nats-server: v2.10.4\n', { mode: 0o755 });
    await expect(EmbeddedNats.start({ dir: join(dir, 'nats'), binary: old })).rejects.toThrow('at least 2.14.4');
  });

  it('says that a wished port is taken, and leaves nothing running', async () => {
    const port = await freePort();
    const holder = createServer().listen(port, '127.0.0.1');
    await once(holder, 'listening');
    try {
      const both = { dataDir: dir, ...settings };
      await expect(startEmbedded({ ...both, natsPort: port })).rejects.toThrow(`port ${port} for nats-server`);
      await expect(startEmbedded({ ...both, postgresPort: port })).rejects.toThrow(`port ${port} for PostgreSQL`);
    } finally {
      holder.close();
    }
    const servers = await startEmbedded({ dataDir: dir, natsPort: port, postgres: false });
    await servers.stop();
  }, 60_000);

  it('goes on past a lock whose holder is dead', async () => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, nonce: 'gone' }));
    const servers = await startEmbedded({ dataDir: dir, postgres: false });
    await servers.stop();
  }, 60_000);
});
