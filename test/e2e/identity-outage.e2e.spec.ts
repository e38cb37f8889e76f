import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Clock } from '@app/platform';
import { waitUntil } from '@app/platform/embedded/wait-until.js';
import { caller } from './gateway/http.js';
import { Issuer } from './gateway/issuer.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const SHAPE = { header: 'authorization', claim: 'sub', kind: undefined, issuer: undefined, audience: undefined };

class HandClock extends Clock {
  at = Date.now();
  now(): number {
    return this.at;
  }
}

let issuer: Issuer;
let clock: HandClock;
let gateway: RunningGateway | undefined;
const call = caller(() => gateway?.url ?? '');

const start = async (staleMs = 12 * HOUR): Promise<void> => {
  const tokens = { keys: { kind: 'jwks' as const, url: issuer.url, staleMs }, ...SHAPE };
  gateway = await startMemoryGateway('production', { clock }, { tokens, trustPrincipalHeader: false });
};

/** The status for a token that nobody has seen before. */
const ask = async (key: string): Promise<number> => {
  const exp = Math.floor(clock.now() / 1_000) + 300;
  const token = await issuer.sign(key, { sub: 'user:alice', exp, jti: randomUUID() });
  return (await call('GET', '/v1/health', undefined, { authorization: `Bearer ${token}` })).status;
};

const askOften = (keys: readonly string[]): Promise<readonly number[]> => Promise.all(keys.map(ask));
const TWENTY = Array.from({ length: 20 }, (_, n) => `made up ${String(n)}`);

beforeEach(async () => {
  issuer = new Issuer();
  await issuer.publish('one');
  await issuer.start();
  clock = new HandClock();
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await issuer.kill();
});

it('keys are used on while the issuer is away, as long as they may', async () => {
  await start();
  expect(await ask('one')).toBe(200);
  await issuer.kill();
  clock.at += 11 * HOUR;
  expect(await ask('one')).toBe(200);
  clock.at += HOUR + MINUTE;
  expect(await ask('one')).toBe(503);
  await issuer.start();
  expect(await ask('one')).toBe(200);
});

it('they are not where that is forbidden', async () => {
  await start(0);
  expect(await ask('one')).toBe(200);
  await issuer.kill();
  clock.at += 59 * SECOND;
  expect(await ask('one')).toBe(200);
  clock.at += SECOND;
  expect(await ask('one')).toBe(503);
});

it('a key that was withdrawn meanwhile goes as soon as the issuer answers, and another one comes', async () => {
  await start();
  expect(await ask('one')).toBe(200);
  await issuer.kill();
  clock.at += HOUR;
  expect(await ask('one')).toBe(200);
  await issuer.publish('two');
  await issuer.start();
  clock.at += 10 * SECOND;
  // Nobody waits for an issuer that is known to be away.
  expect(await waitUntil(async () => ((await ask('one')) === 401 ? true : undefined), { withinMs: 10_000 })).toBe(true);
  expect(await ask('two')).toBe(200);
});

it('whoever comes first after a silence waits for what the issuer says', async () => {
  await start();
  expect(await ask('one')).toBe(200);
  await issuer.kill();
  clock.at += MINUTE;
  expect(await ask('one')).toBe(200);
  await issuer.publish('two');
  await issuer.start();
  clock.at += MINUTE;
  expect(await ask('one')).toBe(401);
  await issuer.publish();
  clock.at += MINUTE;
  expect(await ask('two')).toBe(401);
});

it('an unknown key is asked for, but not for every token that names one', async () => {
  await start();
  expect(await ask('one')).toBe(200);
  expect(new Set(await askOften(TWENTY))).toEqual(new Set([401]));
  expect(issuer.asked).toBe(1);
  await issuer.publish('one', 'two');
  clock.at += 10 * SECOND;
  expect(await askOften(['two', ...TWENTY])).toEqual([200, ...TWENTY.map(() => 401)]);
  expect(issuer.asked).toBe(2);
  expect(await ask('one')).toBe(200);
});

it('an unknown key may be a new one while the issuer is away', async () => {
  await start();
  expect(await ask('one')).toBe(200);
  await issuer.kill();
  clock.at += 10 * SECOND;
  expect(await ask('two')).toBe(503);
  expect(await ask('one')).toBe(200);
});

it('an issuer that does not answer is not asked for every token', async () => {
  await start();
  expect(await ask('one')).toBe(200);
  issuer.answer = () => undefined;
  clock.at += MINUTE;
  expect(await ask('one')).toBe(200);
  expect(new Set(await askOften(TWENTY.map(() => 'one')))).toEqual(new Set([200]));
  expect(new Set(await askOften(TWENTY))).toEqual(new Set([503]));
  expect(issuer.asked).toBe(2);
});

it.each([
  ['an error', 500, '{"keys":[]}'],
  ['another page', 200, '<html>maintenance</html>'],
  ['something else', 200, '{"keys":"none"}'],
])('%s is no answer', async (_what, status, body) => {
  await start();
  expect(await ask('one')).toBe(200);
  issuer.answer = (response) => response.writeHead(status).end(body);
  clock.at += HOUR;
  expect(await ask('one')).toBe(200);
});
