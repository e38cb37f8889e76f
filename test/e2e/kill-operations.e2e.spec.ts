/*
 * kill -9 of a gateway in the middle of each operation on a stream. Whoever was not answered asks the other gateway again,
 * as clients do, and finds his request done once. KILL_ROUNDS=20 repeats it (1 unless given), KILL_SEED=<number> chooses
 * the same moments.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Chance } from '@app/testing/chance.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller, type Answer, type Headered } from './gateway/http.js';
import { AppProcess, appEnvironment } from './support/app-process.js';
import { sseEvents } from './support/sse.js';
import { until } from './support/until.js';

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const LONG_MS = 120_000;
const JSON_TYPE = { 'content-type': 'application/json' };
const CLOSED = { 'stream-closed': 'true' };

let servers: TestServers;
let gateways: AppProcess[];
let restart: Promise<void> = Promise.resolve();
const chance = new Chance(SEED);
const totals = { kills: 0, unanswered: 0 };

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const env = {
    ...appEnvironment(servers),
    LONG_POLL_TIMEOUT_MS: '5000',
    REVEILLE_READ_BYTES: '400',
    REVEILLE_RECENT_MESSAGES: '10',
  };
  gateways = [await AppProcess.create('gateway', env), await AppProcess.create('gateway', env)];
  await Promise.all(gateways.map((gateway) => gateway.start()));
}, LONG_MS);

afterAll(async () => {
  process.stdout.write(`kills: ${JSON.stringify({ seed: SEED, ...totals })}\n`);
  await restart;
  await Promise.all(gateways.map((gateway) => gateway.destroy()));
  await servers.stop();
}, LONG_MS);

const victim = (...request: Parameters<ReturnType<typeof caller>>): Promise<Answer> =>
  caller(() => gateways[0]?.url ?? '')(...request);
const other = (...request: Parameters<ReturnType<typeof caller>>): Promise<Answer> =>
  caller(() => gateways[1]?.url ?? '')(...request);

const produced = (seq: number): Headered => ({
  ...JSON_TYPE,
  'producer-id': 'p',
  'producer-epoch': '0',
  'producer-seq': String(seq),
});

const contentOf = async (path: string): Promise<readonly unknown[]> => {
  const items: unknown[] = [];
  for (let offset = '-1'; ;) {
    const { status, headers, json } = await other('GET', `${path}?offset=${offset}`);
    if (status !== 200) throw new Error(`${path}: ${String(status)}`);
    items.push(...(json as readonly unknown[]));
    if (headers.has('stream-up-to-date')) return items;
    offset = headers.get('stream-next-offset') ?? '';
  }
};

/** Asks the victim again and again until it dies at some moment; resolves to the number of answers it gave. */
const killed = async (ask: (nth: number) => Promise<unknown>, withinMs = 40): Promise<number> => {
  const [gateway] = gateways;
  if (!gateway) throw new Error('no gateway');
  let answers = 0;
  const asking = (async () => {
    for (;;) {
      await ask(answers);
      answers += 1;
    }
  })().catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, chance.between(0, withinMs)));
  await gateway.end('SIGKILL');
  await asking;
  totals.kills += 1;
  totals.unanswered += 1;
  restart = gateway.start();
  return answers;
};

/** The victim dies while it does one thing that was asked for once. */
const killedOnce = (ask: () => Promise<Answer>): Promise<number> => {
  let asked = false;
  return killed(async () => {
    if (asked) throw new Error('enough');
    asked = true;
    await ask();
    totals.unanswered -= 1;
  }, 12);
};

const sum = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

const OPERATIONS: Readonly<Record<string, (path: string) => Promise<void>>> = {
  create: async (path) => {
    const create = [path, [1, 2], JSON_TYPE] as const;
    await killedOnce(() => victim('PUT', ...create));
    expect([200, 201]).toContain((await other('PUT', ...create)).status);
    expect(await contentOf(path)).toEqual([1, 2]);
  },
  append: async (path) => {
    await other('PUT', path, undefined, JSON_TYPE);
    const answered = await killed(async (n) => {
      if ((await victim('POST', path, String(n), produced(n))).status !== 200) throw new Error('refused');
    }, 200);
    expect([200, 204]).toContain((await other('POST', path, String(answered), produced(answered))).status);
    expect(await contentOf(path)).toEqual(sum(answered + 1));
  },
  'append and close': async (path) => {
    await other('PUT', path, '[0]', JSON_TYPE);
    const last = ['POST', path, '1', { ...produced(0), ...CLOSED }] as const;
    await killedOnce(() => victim(...last));
    const { status, headers } = await other(...last);
    expect([200, 204]).toContain(status);
    expect(headers.get('stream-closed')).toBe('true');
    expect(await contentOf(path)).toEqual([0, 1]);
    expect((await other('POST', path, '2', JSON_TYPE)).status).toBe(409);
  },
  close: async (path) => {
    await other('PUT', path, '[0]', JSON_TYPE);
    await killedOnce(() => victim('POST', path, undefined, CLOSED));
    expect((await other('POST', path, undefined, CLOSED)).status).toBe(204);
    expect((await other('POST', path, '1', JSON_TYPE)).status).toBe(409);
    expect(await contentOf(path)).toEqual([0]);
  },
  delete: async (path) => {
    await other('PUT', path, '[0]', JSON_TYPE);
    await killedOnce(() => victim('DELETE', path));
    expect([204, 404]).toContain((await other('DELETE', path)).status);
    expect((await other('GET', path)).status).toBe(404);
  },
  fork: async (path) => {
    const source = `${path}-source`;
    await other('PUT', source, '[0,1]', JSON_TYPE);
    const fork = ['PUT', path, undefined, { ...JSON_TYPE, 'stream-forked-from': source }] as const;
    await killedOnce(() => victim(...fork));
    expect([200, 201]).toContain((await other(...fork)).status);
    await other('POST', source, '2', JSON_TYPE);
    expect(await contentOf(path)).toEqual([0, 1]);
    // What the dead one may have taken is given back: nothing keeps the source once the fork is gone.
    expect((await other('DELETE', path)).status).toBe(204);
    expect((await other('DELETE', source)).status).toBe(204);
    await until('the end of the source', async () => (await other('GET', source)).status === 404);
  },
  'create again': async (path) => {
    await other('PUT', path, '[0]', JSON_TYPE);
    const old = (await other('POST', path, '1', JSON_TYPE)).headers.get('stream-next-offset') ?? '';
    await other('DELETE', path);
    const create = [path, 'new', { 'content-type': 'text/plain' }] as const;
    await killedOnce(() => victim('PUT', ...create));
    expect([200, 201]).toContain((await other('PUT', ...create)).status);
    expect((await other('GET', path)).text).toBe('new');
    expect((await other('GET', `${path}?offset=${old}`)).status).toBe(410);
  },
  'catch-up': async (path) => {
    await other('PUT', path, sum(300), JSON_TYPE);
    for (let n = 300; n < 310; n += 1) await other('POST', path, String(n), JSON_TYPE);
    const read: unknown[] = [];
    let offset = '-1';
    const page = async (from: typeof other): Promise<boolean> => {
      const { headers, json } = await from('GET', `${path}?offset=${offset}`);
      read.push(...(json as readonly unknown[]));
      offset = headers.get('stream-next-offset') ?? '';
      return headers.has('stream-up-to-date');
    };
    let done = false;
    await killed(async () => {
      if (done) throw new Error('enough');
      done = await page(victim);
    }, 20);
    while (!done) done = await page(other);
    expect(read).toEqual(sum(310));
  },
  'long-poll': async (path) => {
    const offset = (await other('PUT', path, '[0]', JSON_TYPE)).headers.get('stream-next-offset') ?? '';
    const poll = (from: typeof other): Promise<Answer> => from('GET', `${path}?offset=${offset}&live=long-poll`);
    await killedOnce(() => poll(victim));
    const waiting = poll(other);
    await other('POST', path, '1', JSON_TYPE);
    expect((await waiting).json).toEqual([1]);
  },
  sse: async (path) => {
    await other('PUT', path, '[0]', JSON_TYPE);
    const read: unknown[] = [];
    let offset = '-1';
    let written = 1;
    const follow = async (gateway: AppProcess | undefined): Promise<void> => {
      const response = await fetch(`${gateway?.url ?? ''}${path}?offset=${offset}&live=sse`);
      let items: readonly unknown[] = [];
      for await (const { name, data } of sseEvents(response.body ?? new ReadableStream())) {
        if (name === 'data') items = JSON.parse(data) as readonly unknown[];
        if (name !== 'control') continue;
        read.push(...items);
        items = [];
        offset = (JSON.parse(data) as { readonly streamNextOffset: string }).streamNextOffset;
      }
    };
    const following = follow(gateways[0]).catch(() => undefined);
    await killed(async () => {
      await other('POST', path, String(written), JSON_TYPE);
      written += 1;
      if (!gateways[0]?.running) throw new Error('enough');
    }, 200);
    await following;
    await other('POST', path, String(written), { ...JSON_TYPE, ...CLOSED });
    await follow(gateways[1]);
    expect(read).toEqual(sum(written + 1));
  },
};

it.each(Object.keys(OPERATIONS).flatMap((operation) => sum(ROUNDS).map((round) => [operation, round] as const)))(
  'in the middle of %s (%i)',
  async (operation, round) => {
    await restart;
    await OPERATIONS[operation]?.(`/killed/${operation.replaceAll(' ', '-')}-${String(SEED)}-${String(round)}`);
  },
  LONG_MS,
);
