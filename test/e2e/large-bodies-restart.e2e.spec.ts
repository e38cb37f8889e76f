/*
 * Large bodies on the whole system, which is killed. REVEILLE_FAULT_ROUNDS=20 (1 unless given) multiplies the kills,
 * REVEILLE_FAULT_SEED=<number> repeats the moments of a run.
 */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chance } from '@app/testing/chance.js';
import type { Answer, Headered } from './gateway/http.js';
import { ReveilleOutside } from './support/reveille-outside.js';

const MIB = 1024 * 1024;
const LONG_MS = 180_000;
const ROUNDS = Number(process.env['REVEILLE_FAULT_ROUNDS'] ?? 1);
const SEED = Number(process.env['REVEILLE_FAULT_SEED'] ?? Date.now() % 1_000_000);
const BINARY = { 'content-type': 'application/octet-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

const reveille = new ReveilleOutside();
const call = (method: string, path: string, body?: unknown, headers: Headered = BINARY): Promise<Answer> =>
  reveille.call(method, path, body, headers);

const digest = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const catchUp = async (path: string): Promise<Buffer> => {
  const response = await fetch(`${reveille.url}${path}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
};

/** The data of the first data event, and the offset of the control event behind it. */
const sse = async (path: string): Promise<{ readonly data: string; readonly offset: string }> => {
  const leave = new AbortController();
  const response = await fetch(`${reveille.url}${path}`, { signal: leave.signal });
  const parts: Buffer[] = [];
  for await (const part of response.body ?? []) {
    parts.push(Buffer.from(part as Uint8Array));
    // The control event behind the data is small and comes last.
    const tail = Buffer.concat(parts.slice(-3)).toString('latin1').slice(-2_000);
    if (tail.includes('event: control') && tail.endsWith('\n\n') && parts.length > 2) break;
  }
  leave.abort();
  const text = Buffer.concat(parts).toString();
  const events = text.split('\n\n').filter((event) => event !== '');
  const at = events.findIndex((event) => event.startsWith('event: data'));
  const control = JSON.parse(events[at + 1]?.split('\ndata:')[1] ?? '{}') as { readonly streamNextOffset: string };
  return { data: events[at]?.split('\ndata:')[1] ?? '', offset: control.streamNextOffset };
};

beforeAll(() => reveille.start(), LONG_MS);
afterAll(() => reveille.destroy(), LONG_MS);

describe('large bodies', () => {
  const binary = randomBytes(64 * MIB);
  const text = `[${Array.from({ length: 63 }, (_, n) => JSON.stringify({ n, text: 'x'.repeat(MIB - 20) })).join(',')}]`;
  let end: string;

  it(
    'reach those who wait for them, whole',
    async () => {
      expect((await call('PUT', '/large/binary')).status).toBe(201);
      expect((await call('PUT', '/large/json', undefined, JSON_TYPE)).status).toBe(201);
      const polling = catchUp('/large/binary?offset=now&live=long-poll');
      const following = sse('/large/binary?offset=now&live=sse');
      const followingJson = sse('/large/json?offset=now&live=sse');
      // Both must wait before there is something to wait for; a stream that has nothing answers at once.
      await call('HEAD', '/large/binary');
      const answer = await call('POST', '/large/binary', binary);
      expect(answer.status).toBe(204);
      end = answer.headers.get('stream-next-offset') ?? '';
      expect((await call('POST', '/large/json', text, JSON_TYPE)).status).toBe(204);
      expect(digest(await polling)).toBe(digest(binary));
      const followed = await following;
      expect(followed.offset).toBe(end);
      expect(digest(Buffer.from(followed.data, 'base64'))).toBe(digest(binary));
      expect(digest((await followingJson).data)).toBe(digest(text));
    },
    LONG_MS,
  );

  it(
    'that are too large change nothing',
    async () => {
      expect((await call('POST', '/large/binary', Buffer.alloc(64 * MIB + 1))).status).toBe(413);
      expect((await call('HEAD', '/large/binary')).headers.get('stream-next-offset')).toBe(end);
    },
    LONG_MS,
  );

  it(
    'are there after a kill and a new start, in every mode, and for forks cut inside them',
    async () => {
      await call('PUT', '/large/fork', 'own', {
        ...BINARY,
        'stream-forked-from': '/large/binary',
        'stream-fork-offset': '0000000000000000_0000000000000000',
        'stream-fork-sub-offset': '40000001',
      });
      await reveille.kill();
      await reveille.start();
      expect(digest(await catchUp('/large/binary'))).toBe(digest(binary));
      expect(digest(await catchUp('/large/binary?offset=-1&live=long-poll'))).toBe(digest(binary));
      expect(digest(Buffer.from((await sse('/large/binary?offset=-1&live=sse')).data, 'base64'))).toBe(digest(binary));
      expect(digest(await catchUp('/large/json'))).toBe(digest(text));
      const shared = await fetch(`${reveille.url}/large/fork`);
      expect(digest(Buffer.from(await shared.arrayBuffer()))).toBe(digest(binary.subarray(0, 40_000_001)));
      const cut = shared.headers.get('stream-next-offset') ?? '';
      expect((await call('GET', `/large/fork?offset=${cut}`)).text).toBe('own');
      expect((await call('GET', `/large/binary?offset=${end}`)).text).toBe('');
    },
    LONG_MS,
  );
});

it(
  'an append of many megabytes that is killed in the middle is there once or not at all, and once after it is repeated',
  async () => {
    const chance = new Chance(SEED);
    await call('PUT', '/killed');
    for (let round = 0; round < 2 * ROUNDS; round += 1) {
      const body = randomBytes(chance.between(20, 40) * MIB);
      const producer = { 'producer-id': 'p', 'producer-epoch': '0', 'producer-seq': String(round) };
      const from = (await call('HEAD', '/killed')).headers.get('stream-next-offset') ?? '';
      const cut = call('POST', '/killed', body, { ...BINARY, ...producer }).then(
        ({ status }) => status,
        () => 0,
      );
      await new Promise((resolve) => setTimeout(resolve, chance.between(50, 1_200)));
      await reveille.kill();
      const status = await cut;
      await reveille.start();
      const found = await catchUp(`/killed?offset=${from}`);
      if (status === 200) expect(found).toHaveLength(body.length);
      expect([0, body.length]).toContain(found.length);
      const again = await call('POST', '/killed', body, { ...BINARY, ...producer });
      expect({ seed: SEED, status: again.status }).toEqual({ seed: SEED, status: found.length === 0 ? 200 : 204 });
      expect(digest(await catchUp(`/killed?offset=${from}`))).toBe(digest(body));
    }
  },
  LONG_MS * ROUNDS,
);
