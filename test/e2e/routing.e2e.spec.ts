import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jsonOf, type Answer } from './gateway/http.js';
import { textEvent, type Claim } from './support/entities.js';
import { Gateways } from './support/gateways.js';
import { WriteLoad } from './support/write-load.js';

const LONG_MS = 180_000;
// A gateway that sleeps is passed over after 50 ms, then left out after a second; the machine may be busy.
const GOES_ON_WITHIN_MS = 5_000;

let gateways: Gateways;
const open: { stop(): Promise<unknown> }[] = [];

beforeAll(async () => {
  gateways = await Gateways.start(2, { REVEILLE_ROUTING: 'always' });
  await gateways.entities(0).register('routed');
}, LONG_MS);

afterEach(() => Promise.all(open.splice(0).map((part) => part.stop())), LONG_MS);

afterAll(() => gateways.stop(), LONG_MS);

// What differs from one stream to another, and from one moment to another.
const VARYING =
  /[0-9a-f]{8}-[0-9a-f-]{27}|msg-in-\d+-\w+|\d{10,}|"txid":\d+|"claimEpoch":\d+|eyJ[\w.-]+|20\d\d-[\dT:.-]+Z/g;
const HEADERS = [
  'content-type',
  'stream-closed',
  'producer-epoch',
  'producer-seq',
  'producer-expected-seq',
  'location',
];

const normal = ({ status, text, headers }: Answer, name: string): string =>
  [String(status), text, ...HEADERS.map((header) => headers.get(header) ?? '')]
    .join(' | ')
    .replaceAll(name, 'NAME')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(VARYING, '…');

/** Every kind of command with its successes, refusals and repetitions, all through one gateway. */
const everything = async (place: number, name: string): Promise<readonly string[]> => {
  const entities = gateways.entities(place);
  const answers: string[] = [];
  const note = (answer: Answer): Answer => {
    answers.push(normal(answer, name));
    return answer;
  };
  const call = async (...request: Parameters<typeof entities.call>): Promise<Answer> =>
    note(await entities.call(...request));
  const path = `routed/${name}`;
  const base = `/v1/entities/${path}`;
  await call('POST', `${base}/send`, { payload: 'too early' });
  await call('PUT', base, {
    args: { ['__proto__']: 1, odd: '\u2028' },
    tags: { a: '1' },
    initialMessage: { hello: 'ö' },
  });
  await call('PUT', base, {});
  await call('POST', `${base}/send`, { payload: { n: 1 }, from_agent: '/routed/other' });
  await call('POST', `${base}/send`, { payload: { n: 1 } });
  await call('POST', `${base}/tags/t`, { value: 'v' });
  await call('POST', `${base}/tags/t`, { value: 'v' });
  await call('DELETE', `${base}/tags/t`);
  const claim = jsonOf<Claim>(await call('POST', `${base}/claim`, { runner: 'r', leaseMs: 60_000 }));
  const append = async (events: readonly object[], headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    note(await entities.appendAnswer(path, claim, events, headers));
  await append([textEvent('one'), textEvent('two')]);
  const producer = { 'producer-id': 'p', 'producer-epoch': '0' };
  await append([textEvent('three')], { ...producer, 'producer-seq': '0' });
  await append([textEvent('three')], { ...producer, 'producer-seq': '0' });
  await append([textEvent('five')], { ...producer, 'producer-seq': '7' });
  await append([], {});
  await append([textEvent('x')], { authorization: 'Bearer nonsense' });
  await call(
    'POST',
    `${base}/claim/release`,
    { claimEpoch: claim.claimEpoch },
    { authorization: `Bearer ${claim.token}` },
  );
  await call('POST', `${base}/claim/release`, { claimEpoch: claim.claimEpoch + 1 }, { authorization: 'Bearer x' });
  await call('POST', `${base}/signal`, { signal: 'SIGSTOP' });
  await call('POST', `${base}/signal`, { signal: 'SIGKILL', reason: 'enough' });
  await call('POST', `${base}/signal`, { signal: 'SIGCONT' });
  await call('POST', `${base}/send`, { payload: 'too late' });
  const stream = `/v1/stream/files/${name}`;
  const text = { 'content-type': 'text/plain' };
  await call('POST', stream, 'nobody there', text);
  await call('PUT', stream, Buffer.from([0, 255, 10, 13]), text);
  await call('PUT', stream, undefined, { 'content-type': 'application/json' });
  await call('POST', stream, 'more', text);
  await call('POST', stream, 'other', { 'content-type': 'application/json' });
  await call('PUT', `${stream}-fork`, undefined, { 'stream-forked-from': `/v1/stream/files/${name}` });
  await call('POST', stream, undefined, { 'stream-closed': 'true' });
  await call('POST', stream, 'closed', text);
  await call('GET', stream);
  await call('DELETE', stream);
  await call('DELETE', stream);
  return answers;
};

const underLoad = async (name: string): Promise<WriteLoad> => {
  const load = new WriteLoad((client) => gateways.entities(client % 2), 'routed', name);
  open.push(load);
  await load.acknowledges(100);
  return load;
};

const contradictions = async (load: WriteLoad): Promise<readonly string[]> =>
  (await load.stop()).contradictions((path) => gateways.entities(0).itemsOrNone(path));

describe('a command that its owner executes', () => {
  it(
    'is answered as one that is executed where it was received',
    async () => {
      const names = Array.from({ length: 6 }, (_, n) => `n${String(n)}`);
      const before = gateways.routed;
      const [first, ...others] = await Promise.all(names.map((name, n) => everything(n % 2, `same-${name}`)));
      for (const answers of others) expect(answers).toEqual(first);
      expect(first?.map((answer) => answer.slice(0, 3)).join(' ')).toBe(
        '404 201 409 400 200 200 200 200 200 204 200 204 409 400 401 200 401 200 200 409 409 ' +
          '404 201 409 204 409 201 204 409 200 204 410',
      );
      expect(gateways.routed).toBeGreaterThan(before);
    },
    LONG_MS,
  );
});

describe('two gateways that share the streams', () => {
  it(
    'lose and double nothing when one is killed',
    async () => {
      const load = await underLoad('killed');
      for (const place of [0, 1]) {
        gateways.at(place).signal('SIGKILL');
        await gateways.restart(place);
        await load.acknowledges(50);
      }
      expect(await contradictions(load)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'go on without one that sleeps, and double nothing when it wakes up',
    async () => {
      const load = await underLoad('asleep');
      const path = 'routed/asleep';
      for (const place of [0, 1]) {
        const other = gateways.entities(1 - place);
        gateways.at(place).signal('SIGSTOP');
        for (let n = 0; n < 10; n += 1) {
          const sent = performance.now();
          expect((await other.sendAnswer(path, { id: `awake-${String(place)}-${String(n)}` })).status).toBe(200);
          expect(performance.now() - sent).toBeLessThan(GOES_ON_WITHIN_MS);
          expect((await other.spawnAnswer(`routed/awake-${String(place)}-${String(n)}`)).status).toBe(201);
        }
        gateways.at(place).signal('SIGCONT');
        await load.acknowledges(50);
      }
      const found = await contradictions(load);
      expect(found.filter((each) => !each.includes('awake-') || !each.endsWith('was never attempted'))).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'stay correct beside one that knows of no owners',
    async () => {
      await gateways.add({ REVEILLE_ROUTING: 'off' });
      const load = new WriteLoad((client) => gateways.entities(client % 3), 'routed', 'apart', 9);
      open.push(load);
      await load.acknowledges(200);
      expect(await contradictions(load)).toEqual([]);
    },
    LONG_MS,
  );
});
