import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Entities, textEvent } from './support/entities.js';
import { ReveilleOutside } from './support/reveille-outside.js';

const LONG_MS = 120_000;
const CLIENTS = 64;
const APPENDS_EACH = 20;
// Nobody tunes anything with these: both are far below a request that was blocked. The second is for a machine so busy
// with other things that even undisturbed requests are slow.
const SLOWEST_MS = 2_000;
const SLOWER_THAN_CALM = 10;
const ATTACKERS = 2;
const SLOW_BODIES = 32;

const reveille = new ReveilleOutside();
const entities = new Entities(reveille.call);
const sockets: Socket[] = [];

beforeAll(async () => {
  await reveille.start({ LOG_LEVEL: 'fatal' });
  await entities.register('calm');
}, LONG_MS);

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await reveille.destroy();
}, LONG_MS);

const deep = Buffer.from(`{"payload":${'['.repeat(400_000)}${']'.repeat(400_000)}}`);
const huge = Buffer.alloc(9 << 20, 0x20);
const longId = 'x'.repeat(3_000);

/** Each with the answers it may get; a body over the limit may be cut off instead. */
const HOSTILE: readonly (readonly [string, () => Promise<number>, readonly number[]])[] = [
  ['deep JSON', async () => (await entities.call('POST', '/v1/entities/calm/0/send', deep)).status, [400]],
  ['deep events', async () => (await entities.call('POST', '/calm/0/main', deep)).status, [400, 401]],
  [
    'a body of 9 MiB',
    async () => (await entities.call('POST', '/calm/0/main', huge).catch(() => ({ status: 413 }))).status,
    [413],
  ],
  ['an id of 3,000 characters', async () => (await entities.spawnAnswer(`calm/${longId}`)).status, [400, 414]],
  ['a list of it', async () => (await entities.listAnswer(longId)).status, [200, 400]],
  ['an id with NUL', async () => (await entities.spawnAnswer('calm/a%00b')).status, [400]],
];

/** Announces a body and never sends it. */
const slowBody = async (): Promise<void> => {
  const { hostname, port } = new URL(reveille.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket.on('error', () => undefined));
  await once(socket, 'connect');
  socket.write('POST /calm/0/main HTTP/1.1\r\nhost: x\r\ncontent-length: 8000000\r\n\r\n[');
};

it(
  'hostile requests are refused and delay nobody',
  async () => {
    const paths = Array.from({ length: CLIENTS }, (_, n) => `calm/${String(n)}`);
    await Promise.all(paths.map((path) => entities.spawn(path)));
    const claims = await Promise.all(paths.map((path) => entities.claim(path)));

    /** Everybody's appends at once; how long the slowest hundredth of them took at least. */
    const appends = async (round: string): Promise<number> => {
      const times: number[] = [];
      const append = async (client: number): Promise<void> => {
        const [path = '', claim = { token: '', claimEpoch: 0 }] = [paths[client], claims[client]];
        for (let n = 0; n < APPENDS_EACH; n += 1) {
          const from = performance.now();
          await entities.append(path, claim, [textEvent(`${round}-${String(n)}`)]);
          times.push(performance.now() - from);
        }
      };
      await Promise.all(paths.map((_path, client) => append(client)));
      return times.sort((x, y) => x - y)[Math.floor(times.length * 0.99)] ?? 0;
    };
    const answered = new Map(HOSTILE.map(([what]) => [what, new Set<number>()]));
    let appending = true;
    const attack = async (): Promise<void> => {
      do for (const [what, ask] of HOSTILE) answered.get(what)?.add(await ask());
      while (appending);
    };

    const calm = await appends('calm');
    for (let n = 0; n < SLOW_BODIES; n += 1) await slowBody();
    const attackers = Array.from({ length: ATTACKERS }, attack);
    const attacked = await appends('attacked');
    appending = false;
    await Promise.all(attackers);

    for (const [what, , expected] of HOSTILE)
      for (const status of answered.get(what) ?? [0])
        expect([what, expected]).toEqual([what, expect.arrayContaining([status])]);
    expect(attacked).toBeLessThan(Math.max(SLOWEST_MS, calm * SLOWER_THAN_CALM));
    for (const path of paths) {
      const keys = (await entities.items(path)).flatMap(({ type, key }) => (type === 'text' ? [key] : []));
      const each = Array.from({ length: APPENDS_EACH }, (_, n) => String(n));
      expect(keys).toEqual(['calm', 'attacked'].flatMap((round) => each.map((n) => `${round}-${n}`)));
    }
    expect(await entities.list('calm')).toHaveLength(CLIENTS);
  },
  LONG_MS,
);
