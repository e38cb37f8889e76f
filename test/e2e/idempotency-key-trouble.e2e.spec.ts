/*
 * Keys of clients on two gateways that die. KILL_ROUNDS=20 repeats it (1 unless given), KILL_SEED=<number> chooses the same
 * moments.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Chance } from '@app/testing/chance.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { TcpProxy } from '@app/testing/tcp-proxy.js';
import { caller, type Answer } from './gateway/http.js';
import { AppProcess, appEnvironment } from './support/app-process.js';
import { Entities } from './support/entities.js';
import { until } from './support/until.js';

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 1);
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const LONG_MS = 180_000;
// Gateways that remember next to nothing themselves.
const FORGETFUL = { REVEILLE_RECENT_MESSAGES: '10', REVEILLE_ROUTING: 'off' };

let servers: TestServers;
let proxy: TcpProxy;
let projector: AppProcess;
let gateways: [AppProcess, AppProcess];
const chance = new Chance(SEED);

const at = (place: 0 | 1): Entities => new Entities(caller(() => gateways[place].url));

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const env = { ...appEnvironment(servers), ...FORGETFUL };
  const broker = new URL(servers.natsUrl);
  proxy = await TcpProxy.start(Number(broker.port));
  broker.port = String(proxy.port);
  projector = await AppProcess.create('projector', env);
  gateways = [
    await AppProcess.create('gateway', { ...env, NATS_URL: broker.href.replace(/\/$/, '') }),
    await AppProcess.create('gateway', env),
  ];
  await projector.start();
  await Promise.all(gateways.map((gateway) => gateway.start()));
  await at(1).register('kept');
}, LONG_MS);

afterAll(async () => {
  process.stdout.write(`kills of keyed requests: seed ${String(SEED)}\n`);
  await Promise.all([...gateways, projector].map((app) => app.destroy()));
  await proxy.stop();
  await servers.stop();
}, LONG_MS);

const keyed = (place: 0 | 1, key: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  at(place).call(method, path, body, { 'idempotency-key': key });

const payloads = async (path: string): Promise<readonly unknown[]> =>
  (await at(1).items(path)).filter(({ type }) => type === 'inbox').map(({ value }) => value.payload as unknown);

const replayed = ({ headers }: Answer): boolean => headers.has('idempotency-replayed');

it(
  'a message whose gateway died between the log and the answer is there once, and the other gateway says so',
  async () => {
    await at(0).spawn('kept/cut');
    await at(0).sendAnswer('kept/cut', 'warm');
    const stored = proxy.mute('cut-short');
    const send = ['cut', 'POST', '/v1/entities/kept/cut/send', { payload: 'cut-short' }] as const;
    const unanswered = keyed(0, ...send).catch(() => 'no answer');
    await stored;
    await gateways[0].end('SIGKILL');
    expect(await unanswered).toBe('no answer');
    proxy.cut();
    const told = await keyed(1, ...send);
    expect([told.status, replayed(told)]).toEqual([200, true]);
    await gateways[0].start();
    expect((await keyed(0, ...send)).text).toBe(told.text);
    expect(await payloads('kept/cut')).toEqual(['warm', 'cut-short']);
    expect((await keyed(1, 'cut', 'POST', '/v1/entities/kept/cut/send', { payload: 'other' })).status).toBe(409);
  },
  LONG_MS,
);

type Request = readonly [method: string, path: string, body: unknown];

const COMMANDS: Readonly<Record<string, (path: string) => Request>> = {
  spawn: (path: string) => ['PUT', `/v1/entities/${path}`, { args: { n: 1 }, initialMessage: 'hello' }],
  send: (path: string) => ['POST', `/v1/entities/${path}/send`, { payload: 'hello' }],
  tag: (path: string) => ['POST', `/v1/entities/${path}/tags/t`, { value: 'v' }],
  signal: (path: string) => ['POST', `/v1/entities/${path}/signal`, { signal: 'SIGSTOP' }],
};

it.each(Object.entries(COMMANDS))(
  'a gateway may die in the middle: %s',
  async (name, command) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = `kept/${name}-${String(round)}`;
      if (name !== 'spawn') await at(1).spawn(path);
      const before = name === 'spawn' ? 0 : (await at(1).items(path)).length;
      const first = keyed(0, 'dying', ...command(path)).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, chance.between(0, 12)));
      await gateways[0].end('SIGKILL');
      const answered = await first;
      const restarted = gateways[0].start();
      const told = await keyed(1, 'dying', ...command(path));
      expect(told.status).toBe(name === 'spawn' ? 201 : 200);
      if (answered) expect([told.text, replayed(told)]).toEqual([answered.text, true]);
      await restarted;
      const again = await keyed(0, 'dying', ...command(path));
      expect([again.text, replayed(again)]).toEqual([told.text, true]);
      expect(await at(1).items(path)).toHaveLength(before + (name === 'spawn' ? 2 : 1));
    }
  },
  LONG_MS,
);

it(
  'is known long after, to every gateway, also to one that was started since',
  async () => {
    await at(0).spawn('kept/old');
    const requests: readonly Request[] = [
      ['PUT', '/v1/entities/kept/older', { tags: { a: '1' } }],
      ['POST', '/v1/entities/kept/old/send', { payload: 'long ago' }],
      ['POST', '/v1/entities/kept/old/tags/t', { value: 'v' }],
      ['POST', '/v1/entity-types', { name: 'old', description: 'a type' }],
      ['POST', '/v1/wake', { subscriberUrl: '/kept/old', sourceUrl: '/kept/older', condition: 'runFinished' }],
    ];
    const first: Answer[] = [];
    for (const request of requests) first.push(await keyed(0, 'old', ...request));
    for (let n = 0; n < 40; n += 1) await at(1).sendAnswer('kept/old', n);
    await gateways[1].end('SIGKILL');
    await gateways[1].start();
    for (const place of [0, 1] as const)
      for (const [n, request] of requests.entries()) {
        const again = await keyed(place, 'old', ...request);
        expect([again.status, again.text, replayed(again)]).toEqual([first[n]?.status, first[n]?.text, true]);
      }
    expect(await payloads('kept/old')).toHaveLength(41);
    const other = await keyed(0, 'old', 'POST', '/v1/entities/kept/old/send', { payload: 'not then' });
    expect(other.status).toBe(409);
  },
  LONG_MS,
);

it(
  'comes to both gateways at once, again and again, and has one effect each time',
  async () => {
    await at(0).spawn('kept/raced');
    for (let n = 0; n < 10; n += 1) {
      const send = [`race ${String(n)}`, 'POST', '/v1/entities/kept/raced/send', { payload: n }] as const;
      const answers = await Promise.all([0, 1, 0, 1].map((place) => keyed(place as 0 | 1, ...send)));
      expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
      expect(answers.filter(replayed)).toHaveLength(3);
    }
    expect(await payloads('kept/raced')).toEqual(Array.from({ length: 10 }, (_, n) => n));
  },
  LONG_MS,
);

it(
  'is answered 503 rather than guessed at when neither the index nor a short stream can tell',
  async () => {
    await at(0).spawn('kept/long');
    const send = ['long', 'POST', '/v1/entities/kept/long/send', { payload: 'first' }] as const;
    const first = await keyed(0, ...send);
    const large = 'x'.repeat(900_000);
    // The newest ten are remembered; what is before them is too much to be read.
    for (let n = 0; n < 22; n += 1) await at(0).sendAnswer('kept/long', large);
    await servers.postgres.kill();
    // Near enough to the start of the stream to be found there.
    expect((await keyed(0, ...send)).text).toBe(first.text);
    const another = ['never seen', 'POST', '/v1/entities/kept/long/send', { payload: 'second' }] as const;
    const refused = await keyed(0, ...another);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    await servers.postgres.restart();
    await until('the database', async () => (await keyed(0, ...another)).status === 200, { withinMs: 30_000 });
    expect(replayed(await keyed(1, ...another))).toBe(true);
    expect((await payloads('kept/long')).filter((payload) => payload !== large)).toEqual(['first', 'second']);
  },
  LONG_MS,
);
