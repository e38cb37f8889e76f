import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { removeTestDir, testDir } from '@app/testing/servers.js';
import { Entities } from './support/entities.js';
import { ReveilleChild, type ChildOptions, type Exit } from './support/reveille-child.js';
import { TailReader } from './support/tail-reader.js';
import { until } from './support/until.js';
import { WriteLoad } from './support/write-load.js';

const LONG_MS = 120_000;
const STOPS_WITHIN_MS = 5_000;
const READY_WITHIN_MS = 10_000;

let dataDir: string;
let reveille: ReveilleChild;
const started: ReveilleChild[] = [];

const start = async (more: Partial<ChildOptions> = {}): Promise<ReveilleChild> => {
  const env = { PORT: '0', REVEILLE_DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
  const child = ReveilleChild.spawn({ env, ...more });
  started.push(child);
  await child.says('Ctrl-C stops everything');
  return child;
};

const entities = new Entities((...request) => reveille.call(...request));

beforeAll(async () => {
  dataDir = await testDir();
  reveille = await start();
  await entities.register('life');
}, LONG_MS);

afterAll(async () => {
  for (const child of started) await child.destroy();
  await removeTestDir(dataDir);
}, LONG_MS);

/** Runs a line as a person would paste it. `until`: what ends a line that never ends by itself. */
const pasted = async (line: string, untilSays?: string): Promise<string> => {
  const shell = spawn('sh', ['-c', line.replace('curl ', 'exec curl -sS ')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (untilSays !== undefined && said.includes(untilSays)) shell.kill();
  });
  await once(shell, 'close');
  return said;
};

describe('the start', () => {
  it('says where everything is, and lines that work when pasted', async () => {
    expect(reveille.stdout).toContain(`${dataDir}/nats, ${dataDir}/postgres`);
    expect(reveille.stdout).toMatch(/nats-server \d+\.\d+\.\d+/);
    expect(reveille.stdout).toMatch(/PostgreSQL +\d+/);
    expect(reveille.stdout).toContain(process.version);
    expect(reveille.stdout).toMatch(/durability +page-cache: .*kill -9/);

    const lines = reveille.stdout.split('\n').flatMap((line) => (line.startsWith('  curl ') ? [line.trim()] : []));
    expect(lines).toHaveLength(3);
    const [register = '', spawnOne = '', watch = ''] = lines;
    expect(JSON.parse(await pasted(register))).toMatchObject({ name: 'chat' });
    expect(JSON.parse(await pasted(spawnOne))).toMatchObject({ url: '/chat/42' });
    expect(await pasted(watch, '"Hello"')).toContain('entity_created');
  });

  it('is over when everything is ready', async () => {
    expect(await reveille.call('GET', '/health/ready')).toMatchObject({ status: 200, json: { ready: true } });
  });
});

it('refuses a second one on the same data, and says who has it', async () => {
  const second = ReveilleChild.spawn({ env: { PORT: '0', REVEILLE_DATA_DIR: dataDir } });
  started.push(second);
  expect(await second.ended).toMatchObject({ code: 1 });
  expect(second.stderr).toContain(`${dataDir} is in use by process ${String(reveille.pid)}: stop that process`);
  expect(second.output).not.toMatch(/^\s+at /m);
});

/** Clients that wait for something: a tail, a long poll, and a request of which half never comes. */
const waitingClients = async (): Promise<{ readonly end: () => Promise<void> }> => {
  const path = 'life/watched';
  const tail = new TailReader(() => reveille.url, path);
  await until('an open tail', () => tail.items.length > 0);
  const poll = reveille.call('GET', `/${path}/main?offset=now&live=long-poll`).catch(() => undefined);
  const { hostname, port } = new URL(reveille.url);
  const half: Socket = connect(Number(port), hostname);
  half.on('error', () => undefined);
  half.write('POST /v1/entities/life/watched/send HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"payload"');
  await once(half, 'connect');
  return {
    end: async () => {
      await tail.stop();
      await poll;
      half.destroy();
    },
  };
};

const orderly = ({ code, ms }: Exit): void => {
  expect(code).toBe(0);
  expect(ms).toBeLessThan(STOPS_WITHIN_MS);
};

describe('a stop', () => {
  beforeAll(() => entities.spawn('life/watched'));

  const stops: readonly [string, () => void][] = [
    ['Ctrl-C', () => reveille.signalGroup('SIGINT')],
    ['SIGTERM to the process alone', () => reveille.signal('SIGTERM')],
  ];
  it.each(stops)(
    'by %s ends everything at once, and the next start goes on',
    async (how, ask) => {
      const waiting = await waitingClients();
      const load = new WriteLoad(() => entities, 'life', how.replaceAll(' ', '-').toLowerCase());
      await load.acknowledges(200);
      orderly(await reveille.stopped(ask));
      const ledger = await load.stop();
      await waiting.end();

      reveille = await start();
      expect(await ledger.contradictions((path) => entities.itemsOrNone(path))).toEqual([]);
      await entities.spawn(`${load.shared}-after`);
      expect(await entities.list('life')).toEqual(expect.arrayContaining([load.shared, `${load.shared}-after`]));
    },
    LONG_MS,
  );

  it(
    'while it starts leaves nothing behind either',
    async () => {
      await reveille.stopped(() => reveille.signal('SIGTERM'));
      const other = `${dataDir}/other`;
      const child = ReveilleChild.spawn({ env: { PORT: '0', REVEILLE_DATA_DIR: other } });
      started.push(child);
      await child.says('creating the database');
      const { ms } = await child.stopped(() => child.signalGroup('SIGINT'));
      expect(ms).toBeLessThan(STOPS_WITHIN_MS);
      reveille = await start();
    },
    LONG_MS,
  );
});

describe('kill -9', () => {
  let load: WriteLoad;
  let rounds = 0;

  const underLoad = async (): Promise<void> => {
    load = new WriteLoad(() => entities, 'life', `killed-${String((rounds += 1))}`);
    await load.acknowledges(300);
  };

  afterEach(() => load.stop());

  const goesOn = async (): Promise<void> => {
    const ledger = await load.stop();
    reveille = await start();
    expect(performance.now() - reveille.startedAt).toBeLessThan(READY_WITHIN_MS);
    await entities.spawn(`${load.shared}-after`);
    const listed = await entities.list('life');
    expect(listed).toContain(`${load.shared}-after`);
    expect(await ledger.contradictions((path) => entities.itemsOrNone(path))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
    const listable = await Promise.all(ledger.paths.map((path) => entities.itemsOrNone(path)));
    const there = ledger.paths.filter((_path, index) => listable[index]?.length);
    expect(listed).toEqual(expect.arrayContaining(there));
  };

  it(
    'of the process alone ends its servers; the next start has all that was acknowledged',
    async () => {
      await underLoad();
      const family = await reveille.family();
      reveille.signal('SIGKILL');
      await reveille.ended;
      await reveille.gone(family);
      await goesOn();
    },
    LONG_MS,
  );

  it(
    'of the process, followed at once by a start, has all that was acknowledged',
    async () => {
      await underLoad();
      reveille.signal('SIGKILL');
      await reveille.ended;
      await goesOn();
    },
    LONG_MS,
  );

  it(
    'of process, broker and database together loses nothing that was acknowledged',
    async () => {
      await underLoad();
      const family = await reveille.family();
      const servers = family.filter(({ args }) => args.includes(dataDir));
      expect(servers.map(({ args }) => /nats-server|postgres/.exec(args)?.[0])).toEqual(
        expect.arrayContaining(['nats-server', 'postgres']),
      );
      for (const pid of [reveille.pid, ...servers.map((row) => row.pid)]) process.kill(pid, 'SIGKILL');
      await reveille.ended;
      await goesOn();
    },
    LONG_MS,
  );
});

describe('npm start', () => {
  const npm = { command: ['npm', 'start'] as [string, ...string[]] };

  beforeAll(async () => {
    await reveille.stopped(() => reveille.signal('SIGTERM'));
  });

  const stops: readonly [string, (child: ReveilleChild) => void][] = [
    ['Ctrl-C', (child) => child.signalGroup('SIGINT')],
    ['SIGTERM to npm alone', (child) => child.signal('SIGTERM')],
  ];
  it.each(stops)(
    'runs the same and ends by %s',
    async (_how, ask) => {
      reveille = await start(npm);
      expect((await reveille.call('GET', '/v1/entities/life/watched')).status).toBe(200);
      orderly(await reveille.stopped(() => ask(reveille)));
    },
    LONG_MS,
  );
});
