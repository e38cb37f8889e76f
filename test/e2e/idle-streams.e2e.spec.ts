import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chance } from '@app/testing/chance.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller, type Call } from './gateway/http.js';
import { Fleet } from './support/fleet.js';
import { until } from './support/until.js';
import { UsedStream } from './support/used-stream.js';

const LONG_MS = 120_000;
const STREAMS = Number(process.env['REVEILLE_IDLE_STREAMS'] ?? 12);
const TEXT = { 'content-type': 'text/plain' };

let servers: TestServers;
let fleet: Fleet;
const at = (place: number): Call => caller(() => fleet.urls[place] ?? '');
const [a, b] = [at(0), at(1)];
const chance = new Chance(Date.now());
const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  fleet = await Fleet.start({ ...servers.urls, copies: { gateway: 2, projector: 0, saga: 0 } });
}, LONG_MS);

afterAll(async () => {
  await fleet.stop();
  await servers.stop();
}, LONG_MS);

/** Uses a stream through either gateway until `idle` resolves. */
const use = async (stream: UsedStream, idle: Promise<void>): Promise<void> => {
  let used = true;
  void idle.then(() => (used = false));
  await stream.create(b);
  while (used && !stream.over) {
    await delay(chance.between(0, 600));
    const [one, other] = chance.of([
      [a, b],
      [b, a],
    ] as const);
    if (chance.next() < 0.2) await stream.look(one);
    const how = chance.of(['read', 'readTail', 'append'] as const);
    if (!(await stream[how](one))) await stream[how](other);
  }
};

/** Of two uses that follow soon on each other, the second is one that a process has only in its memory. */
const useTwice = async (stream: UsedStream): Promise<void> => {
  const last = chance.of([a, b]);
  await stream.append(last);
  await delay(stream.ttl * 60);
  await stream.read(last);
};

const watchTheEnd = async (stream: UsedStream): Promise<void> => {
  while (!stream.over) {
    await stream.look(chance.of([a, b]));
    await delay(10);
  }
  // It stays over, whoever is asked.
  for (const call of [a, b]) await stream.look(call);
};

/** Lives of several streams. Half of them are used no more when `disturb` is called, the others until it is over. */
const lives = async (name: string, disturb: () => Promise<void>, forgottenMs = 0): Promise<void> => {
  const streams = Array.from(
    { length: STREAMS },
    (_, n) => new UsedStream(`/idle/${name}/${String(n)}`, 1 + (n % 2), forgottenMs),
  );
  const early = streams.slice(STREAMS / 2);
  const idle = delay(2_500);
  const used = Promise.all(early.map((stream) => use(stream, idle))).then(() => Promise.all(early.map(useTwice)));
  const disturbed = used.then(disturb);
  await Promise.all([
    disturbed,
    ...streams.slice(0, STREAMS / 2).map((stream) => use(stream, disturbed).then(() => watchTheEnd(stream))),
    ...early.map((stream) => used.then(() => watchTheEnd(stream))),
  ]);
  expect(streams.flatMap(({ contradictions }) => contradictions)).toEqual([]);
  expect(streams.some(({ uses }) => uses > 3)).toBe(true);
};

describe('a stream that ends when it is not used for a second or two', () => {
  it(
    'ends neither early nor late, whichever gateway it is used through',
    () => lives('two', () => delay(1_000)),
    LONG_MS,
  );

  it(
    'ends neither early nor late while a gateway is stopped and started',
    () =>
      lives('restart', async () => {
        fleet.child('gateway').signal('SIGTERM');
        await fleet.child('gateway').ended;
        await fleet.launch('gateway', 0);
      }),
    LONG_MS,
  );

  it(
    'ends at most an eighth early when a gateway is killed, and not late',
    () =>
      lives(
        'kill',
        async () => {
          await fleet.kill('gateway', 0);
          await fleet.launch('gateway', 0);
        },
        2_000 / 8,
      ),
    LONG_MS,
  );

  it.each(['long-poll', 'sse'])(
    'goes on while somebody waits on it by %s, and is over soon after',
    async (mode) => {
      const stream = new UsedStream(`/idle/${mode}`, 2);
      expect(await stream.create(a)).toBe(true);
      const leaving = new AbortController();
      const began = Date.now();
      const waiting = fetch(`${fleet.urls[0] ?? ''}${stream.path}?offset=now&live=${mode}`, { signal: leaving.signal })
        .then((response) => response.text())
        .catch(() => undefined);
      // For now any end is too early.
      stream.waited({ earliest: Infinity, latest: Infinity }, 0);
      while (Date.now() < began + 5_000) {
        await stream.look(b);
        await delay(50);
      }
      expect(stream.over).toBeUndefined();
      const left = Date.now();
      leaving.abort();
      await waiting;
      // The server may take a moment to notice.
      stream.waited({ earliest: left, latest: Date.now() + 1_000 }, 1_000);
      await until('the end', async () => {
        await stream.look(b);
        return stream.over;
      });
      expect(stream.contradictions).toEqual([]);
    },
    LONG_MS,
  );
});

describe('a stream that ends at an instant', () => {
  it('is there until then and not after, whatever is done with it, on every gateway', async () => {
    const ends = Date.now() + 1_500;
    const text = new Date(ends).toISOString();
    await a('PUT', '/idle/instant', 'x', { ...TEXT, 'stream-expires-at': text });
    for (let over = 0; over < 4;) {
      for (const call of [a, b]) {
        const sent = Date.now();
        const { status, headers } = await call(chance.of(['HEAD', 'GET']), '/idle/instant');
        expect([200, 404]).toContain(status);
        if (status === 404) {
          expect(Date.now()).toBeGreaterThanOrEqual(ends);
          over += 1;
          continue;
        }
        expect(sent).toBeLessThan(ends);
        expect(over).toBe(0);
        expect([null, text]).toContain(headers.get('stream-expires-at'));
      }
    }
    expect((await a('HEAD', '/idle/instant')).status).toBe(404);
  });

  it('shows nothing of itself in the next life of its path', async () => {
    const first = { ...TEXT, 'stream-expires-at': new Date(Date.now() + 200).toISOString() };
    const offset = (await a('PUT', '/idle/again', 'old', first)).headers.get('stream-next-offset') ?? '';
    await until('its end', async () => (await b('HEAD', '/idle/again')).status === 404);
    expect((await b('PUT', '/idle/again', '["new"]', { 'content-type': 'application/json' })).status).toBe(201);
    for (const call of [a, b]) {
      expect(await call('GET', '/idle/again')).toMatchObject({ status: 200, json: ['new'] });
      expect((await call('GET', `/idle/again?offset=${offset}`)).status).toBe(410);
    }
  });
});
