/* What caches in front of two gateways rely on: both give the same answer the same tag, and cursors that go on. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller, type Answer, type Headered } from './gateway/http.js';
import { Fleet } from './support/fleet.js';
import { sseEvents } from './support/sse.js';

const LONG_MS = 120_000;
const GATEWAYS = [0, 1] as const;
const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT = { 'content-type': 'text/plain' };
// Of every answer that may be kept by a cache.
const TOLD = ['etag', 'cache-control', 'content-type', 'stream-next-offset', 'stream-up-to-date', 'stream-closed'];
const WAIT_MS = 300;

let servers: TestServers;
let fleet: Fleet;

const at = (gateway: number) => caller(() => fleet.urls[gateway] ?? '');
const get = (gateway: number, path: string, headers: Headered = {}): Promise<Answer> =>
  at(gateway)('GET', path, undefined, headers);

const told = ({ status, headers, text }: Answer): unknown => ({
  status,
  text,
  ...Object.fromEntries(TOLD.map((name) => [name, headers.get(name)])),
});

/** The answer of both, which is the same. */
const same = async (path: string, headers: Headered = {}): Promise<Answer> => {
  const [one, other] = await Promise.all(GATEWAYS.map((gateway) => get(gateway, path, headers)));
  if (!one || !other) throw new Error('there are two gateways');
  expect(told(other)).toEqual(told(one));
  return one;
};

const tagOf = ({ headers }: Answer): string => headers.get('etag') ?? '';

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  // So little that most pages are full ones.
  const env = { LONG_POLL_TIMEOUT_MS: String(WAIT_MS), REVEILLE_READ_BYTES: '1000' };
  fleet = await Fleet.start({ ...servers.urls, env, copies: { gateway: 2, projector: 1, saga: 0 } });
}, LONG_MS);

afterAll(async () => {
  await fleet.stop();
  await servers.stop();
}, LONG_MS);

describe('tags of two gateways', () => {
  it(
    'are the same for each page, whether it comes from memory or from the history',
    async () => {
      await at(0)('PUT', '/tags/pages', undefined, JSON_TYPE);
      // Groups of different sizes, by both.
      for (let round = 0; round < 12; round += 1)
        await Promise.all(
          Array.from({ length: round }, (_, n) =>
            at(n % 2)('POST', '/tags/pages', { round, n, text: 'x'.repeat(40 * round) }, JSON_TYPE),
          ),
        );
      const walk = async (): Promise<readonly string[]> => {
        const tags: string[] = [];
        for (let offset = '-1'; ;) {
          const page = await same(`/tags/pages?offset=${offset}`);
          tags.push(tagOf(page));
          const named = { 'if-none-match': tagOf(page) };
          const again = await same(`/tags/pages?offset=${offset}`, named);
          expect([again.status, again.text, tagOf(again)]).toEqual([304, '', tagOf(page)]);
          offset = page.headers.get('stream-next-offset') ?? '';
          if (page.headers.has('stream-up-to-date')) return tags;
        }
      };
      const tags = await walk();
      expect(new Set(tags).size).toBe(tags.length);
      expect(tags.length).toBeGreaterThan(5);
      // One of them remembers nothing now.
      await fleet.kill('gateway', 1);
      await fleet.launch('gateway', 1);
      expect(await walk()).toEqual(tags);
    },
    LONG_MS,
  );

  it('change at both when something is appended through one, and when the stream is closed without content', async () => {
    const path = '/tags/changed';
    await at(0)('PUT', path, 'one', TEXT);
    const tags: string[] = [];
    const changes = [
      () => at(0)('POST', path, 'two', TEXT),
      () => at(1)('POST', path, 'three', TEXT),
      () => at(0)('POST', path, undefined, { 'stream-closed': 'true' }),
    ];
    for (const [turn, change] of [...changes, undefined].entries()) {
      tags.push(tagOf(await same(path)));
      const named = { 'if-none-match': `W/"other", ${tags.at(-1) ?? ''}` };
      // Whoever asks the other one than it was told by.
      for (const gateway of GATEWAYS) expect((await get(gateway, path, named)).status).toBe(304);
      await change?.();
      if (change)
        for (const gateway of GATEWAYS) expect([turn, (await get(gateway, path, named)).status]).toEqual([turn, 200]);
    }
    expect(new Set(tags).size).toBe(4);
    const closed = await same(path);
    expect([closed.text, closed.headers.get('stream-closed')]).toEqual(['onetwothree', 'true']);
  });

  it('of a stream that was deleted and created again are others, although all it holds is the same', async () => {
    const path = '/tags/again';
    await at(0)('PUT', path, 'same', TEXT);
    const before = tagOf(await same(path));
    await at(1)('DELETE', path);
    await at(0)('PUT', path, 'same', TEXT);
    const after = await same(path, { 'if-none-match': before });
    expect([after.status, after.text]).toEqual([200, 'same']);
    expect(tagOf(after)).not.toBe(before);
  });

  it('are not given to who asks for the present end only', async () => {
    await at(0)('PUT', '/tags/now', 'one', TEXT);
    const now = await same('/tags/now?offset=now');
    expect([now.status, now.text, now.headers.get('etag')]).toEqual([200, '', null]);
    expect(now.headers.get('cache-control')).toContain('no-store');
  });
});

describe('cursors of two gateways', () => {
  const cursorOf = ({ headers }: Answer): number => Number(headers.get('stream-cursor') ?? NaN);

  it('are the same for readers that come at the same time, so that one answer serves them all', async () => {
    await at(0)('PUT', '/cursors/first', 'one', TEXT);
    const ask = (): Promise<readonly number[]> =>
      Promise.all(
        GATEWAYS.map(async (gateway) => cursorOf(await get(gateway, '/cursors/first?live=long-poll&offset=-1'))),
      );
    let cursors = await ask();
    // An interval of 20 s may have ended between the two.
    if (new Set(cursors).size > 1) cursors = await ask();
    expect(new Set(cursors).size).toBe(1);
    expect(cursors.every(Number.isInteger)).toBe(true);
  });

  it('grow with every answer to one reader, whichever answers it, at the end and before it, in every mode', async () => {
    const path = '/cursors/loop';
    await at(0)('PUT', path, 'one', TEXT);
    let cursor = -1;
    let offset = '-1';
    for (let turn = 0; turn < 8; turn += 1) {
      const named = cursor < 0 ? '' : `&cursor=${String(cursor)}`;
      const answer = await get(turn % 2, `${path}?live=long-poll&offset=${offset}${named}`);
      expect([200, 204]).toContain(answer.status);
      expect(cursorOf(answer)).toBeGreaterThan(cursor);
      cursor = cursorOf(answer);
      offset = answer.headers.get('stream-next-offset') ?? '';
      if (turn % 3 === 2) await at(turn % 2)('POST', path, 'more', TEXT);
    }
    for (const gateway of GATEWAYS) {
      const leaving = new AbortController();
      const url = `${fleet.urls[gateway] ?? ''}${path}?live=sse&offset=-1&cursor=${String(cursor)}`;
      const { body } = await fetch(url, { signal: leaving.signal });
      if (!body) throw new Error('there is nothing to read');
      for await (const { name, data } of sseEvents(body)) {
        if (name !== 'control') continue;
        const { streamCursor } = JSON.parse(data) as { readonly streamCursor: string };
        expect(Number(streamCursor)).toBeGreaterThan(cursor);
        cursor = Number(streamCursor);
        break;
      }
      leaving.abort();
    }
  });
});
