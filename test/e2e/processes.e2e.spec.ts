import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller, jsonOf } from './gateway/http.js';
import { Entities, runEvents, textEvent, type Claim } from './support/entities.js';
import { Fleet, KINDS } from './support/fleet.js';
import { TailReader } from './support/tail-reader.js';
import { until } from './support/until.js';
import { WriteLoad } from './support/write-load.js';

const LONG_MS = 120_000;
const STOPS_WITHIN_MS = 5_000;

let servers: TestServers;
let fleet: Fleet;

const at = (place: number): Entities => new Entities(caller(() => fleet.urls[place % 2] ?? ''));
let a: Entities;
let b: Entities;

const open: { stop(): Promise<unknown> }[] = [];
const underLoad = async (name: string): Promise<WriteLoad> => {
  const load = new WriteLoad(at, 'processes', name);
  open.push(load);
  await load.acknowledges(100);
  return load;
};

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  fleet = await Fleet.start({ ...servers.urls, copies: { gateway: 2, projector: 2, saga: 2 } });
  [a, b] = [at(0), at(1)];
  await a.register('processes');
}, LONG_MS);

afterEach(() => Promise.all(open.splice(0).map((part) => part.stop())), LONG_MS);

afterAll(async () => {
  await fleet.stop();
  await servers.stop();
}, LONG_MS);

describe('two gateways', () => {
  it(
    'see each other’s writes at once, in streams, entities and lists',
    async () => {
      for (let n = 0; n < 25; n += 1) {
        const path = `processes/seen-${String(n)}`;
        const [here, there] = n % 2 === 0 ? [a, b] : [b, a];
        await here.spawn(path);
        expect((await there.call('GET', `/v1/entities/${path}`)).status).toBe(200);
        expect(await there.list('processes')).toContain(path);
        expect((await there.sendAnswer(path, { n })).status).toBe(200);
        expect((await here.items(path)).map(({ type }) => type)).toEqual(['entity_created', 'inbox']);
        const claim = await here.claim(path);
        await there.append(path, claim, [textEvent('event')]);
        expect((await here.items(path)).at(-1)).toMatchObject({ key: 'event' });
        await here.call('POST', `/v1/entities/${path}/tags/round`, { value: String(n) });
        const listed = jsonOf<readonly { url: string; tags: object }[]>(await there.listAnswer('processes'));
        expect(listed.find(({ url }) => url === `/${path}`)?.tags).toEqual({ round: String(n) });
      }
    },
    LONG_MS,
  );

  it(
    'spawn one entity once, whoever is asked',
    async () => {
      for (let n = 0; n < 10; n += 1) {
        const answers = await Promise.all([a, b, a, b].map((each) => each.spawnAnswer(`processes/once-${String(n)}`)));
        expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
      }
    },
    LONG_MS,
  );

  it(
    'let no fenced holder of a claim write, whichever was asked for the newer one',
    async () => {
      await a.spawn('processes/fenced');
      const [first, second] = [await a.claim('processes/fenced'), await b.claim('processes/fenced')];
      expect((await a.appendAnswer('processes/fenced', first, [textEvent('late')])).status).toBeGreaterThanOrEqual(400);
      await a.append('processes/fenced', second, [textEvent('event')]);
    },
    LONG_MS,
  );
});

let families = 0;

/** One that is woken by the runs of another. */
const family = async (): Promise<{ readonly woken: string; readonly finish: (run: string) => Promise<void> }> => {
  const [woken, cause] = [`processes/woken-${String((families += 1))}`, `processes/cause-${String(families)}`];
  await a.spawn(woken);
  await b.spawn(cause, { parent: `/${woken}`, wake: { subscriberUrl: `/${woken}`, condition: 'runFinished' } });
  const claim: Claim = await a.claim(cause);
  return { woken, finish: (run) => b.append(cause, claim, runEvents(run)) };
};

const runs = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `run-${String(n + 1)}`);

const wokenBy = async (woken: string, expected: readonly string[]): Promise<void> => {
  await until('all wakes', async () => (await b.wakes(woken)).length >= expected.length);
  expect(await b.wakes(woken)).toEqual(expected);
};

describe('two sagas', () => {
  it(
    'deliver every wake once',
    async () => {
      const families = await Promise.all(Array.from({ length: 8 }, family));
      for (const run of runs(10)) await Promise.all(families.map(({ finish }) => finish(run)));
      for (const { woken } of families) await wokenBy(woken, runs(10));
    },
    LONG_MS,
  );
});

describe('kill -9 of one in the middle', () => {
  it.each([...KINDS])(
    '%s: nothing is lost or doubled, and the other goes on',
    async (kind) => {
      const load = await underLoad(`killed-${kind}`);
      const { woken, finish } = await family();
      const tail = new TailReader(() => fleet.urls[1] ?? '', load.shared);
      for (const run of runs(5)) await finish(run);
      const killed = fleet.kill(kind, 0);
      for (const run of runs(10).slice(5)) await finish(run);
      await load.acknowledges(100);
      await wokenBy(woken, runs(10));
      const path = `processes/after-${kind}`;
      await b.spawn(path);
      // The lanes of a dead projector are taken over when their lease is over.
      await until('a list', async () => (await b.listAnswer('processes')).status === 200);
      expect(await b.list('processes')).toContain(path);
      await killed;
      await fleet.launch(kind, 0);
      const ledger = await load.stop();
      expect(await ledger.contradictions((each) => a.itemsOrNone(each))).toEqual([]);
      const whole = await b.items(load.shared);
      await until('the whole stream', () => tail.items.length >= whole.length);
      await tail.stop();
      expect(tail.items).toEqual(whole);
    },
    LONG_MS,
  );
});

it(
  'each ends at once on SIGTERM, and says that nothing went wrong',
  async () => {
    await Promise.all(
      fleet.all.map(async (child) => {
        const { code, ms } = await child.stopped(() => child.signal('SIGTERM'));
        expect({ code, output: code === 0 ? '' : child.output }).toEqual({ code: 0, output: '' });
        expect(ms).toBeLessThan(STOPS_WITHIN_MS);
      }),
    );
  },
  LONG_MS,
);
