import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, type Answer, type Headered } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';

const MIB = 1024 * 1024;
const LONG_MS = 120_000;
const BINARY = { 'content-type': 'application/octet-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: RunningGateway;
const call = caller(() => gateway.url);

const digest = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const download = async (path: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(`${gateway.url}${path}`)).arrayBuffer());

interface Upload {
  readonly answer: Promise<number>;
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

/** A request whose body is sent bit by bit; without a length it goes in chunks. */
const upload = (path: string, headers: Headered): Upload => {
  const sent = request(`${gateway.url}${path}`, { method: 'POST', headers: { ...BINARY, ...headers } });
  const answer = new Promise<number>((resolve, reject) => {
    sent.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    sent.on('error', reject);
  });
  return { answer, write: (bytes) => sent.write(bytes), end: () => sent.end() };
};

const tailOf = async (path: string): Promise<string | null> =>
  (await call('HEAD', path)).headers.get('stream-next-offset');

beforeAll(async () => {
  gateway = await startMemoryGateway();
});

afterAll(() => gateway.stop());

describe('a body of 64 MiB', () => {
  it(
    'is written, and read as it was',
    async () => {
      const bytes = randomBytes(64 * MIB);
      expect((await call('PUT', '/large/binary', bytes, BINARY)).status).toBe(201);
      expect((await call('POST', '/large/binary', 'more', BINARY)).status).toBe(204);
      const first = await fetch(`${gateway.url}/large/binary`);
      expect(first.headers.get('content-length')).toBe(String(bytes.length));
      expect(digest(Buffer.from(await first.arrayBuffer()))).toBe(digest(bytes));
      const next = first.headers.get('stream-next-offset') ?? '';
      expect((await call('GET', `/large/binary?offset=${next}`)).text).toBe('more');
      const again = await fetch(`${gateway.url}/large/binary`, {
        headers: { 'if-none-match': first.headers.get('etag') ?? '' },
      });
      expect(again.status).toBe(304);
    },
    LONG_MS,
  );

  it(
    'may come without saying how long it is',
    async () => {
      await call('PUT', '/large/chunked', undefined, BINARY);
      const bytes = randomBytes(64 * MIB);
      const { answer, write, end } = upload('/large/chunked', {});
      for (let at = 0; at < bytes.length; at += MIB) write(bytes.subarray(at, at + MIB));
      end();
      expect(await answer).toBe(204);
      expect(digest(await download('/large/chunked'))).toBe(digest(bytes));
    },
    LONG_MS,
  );

  it.each([
    ['that says so', { 'content-length': String(64 * MIB + 1) }],
    ['that does not say so', {}],
  ])(
    'and a byte %s is too much, and changes nothing',
    async (_how, headers) => {
      await call('PUT', '/large/over', 'there', BINARY);
      const tail = await tailOf('/large/over');
      const { answer, write, end } = upload('/large/over', headers);
      const chunk = Buffer.alloc(MIB);
      for (let n = 0; n < 64; n += 1) write(chunk);
      write(Buffer.alloc(1));
      end();
      expect(await answer).toBe(413);
      expect(await tailOf('/large/over')).toBe(tail);
    },
    LONG_MS,
  );

  it('is too much at once for an entity', async () => {
    const { answer, write, end } = upload('/chat/1/main', { ...JSON_TYPE, 'content-length': String(9 * MIB) });
    write(Buffer.alloc(9 * MIB));
    end();
    expect(await answer).toBe(413);
  });
});

describe('a large body of JSON', () => {
  const items = Array.from({ length: 40_000 }, (_, n) => ({
    type: n % 2 === 0 ? 'even' : 'odd',
    key: `k${String(n)}`,
    value: { text: 'é'.repeat(130), n: 12345678901234567890n.toString() },
    headers: { operation: 'insert' },
  }));

  it(
    'is stamped as others are, without the white space it had',
    async () => {
      await call('PUT', '/large/json', undefined, JSON_TYPE);
      expect((await call('POST', '/large/json', JSON.stringify(items, null, 1), JSON_TYPE)).status).toBe(204);
      const answer = await fetch(`${gateway.url}/large/json`);
      const offset = answer.headers.get('stream-next-offset');
      const read = await answer.text();
      const stamped = items.map((item) => ({ ...item, headers: { ...item.headers, offset } }));
      expect(digest(read)).toBe(digest(JSON.stringify(stamped)));
    },
    LONG_MS,
  );

  it.each([
    ['no JSON', `[${'"x",'.repeat(400_000)}]`],
    ['an empty array', `[${' '.repeat(2 * MIB)}]`],
    ['too deep', '['.repeat(2 * MIB)],
  ])('that is %s is refused, and changes nothing', async (_what, body) => {
    await call('PUT', '/large/refused', '[1]', JSON_TYPE);
    const answer: Answer = await call('POST', '/large/refused', body, JSON_TYPE);
    expect([answer.status, (await call('GET', '/large/refused')).text]).toEqual([400, '[1]']);
  });
});

describe('many large bodies at once', () => {
  it(
    'are turned away with 429 beyond the few that are taken, however they come, and taken again afterwards',
    async () => {
      await call('PUT', '/large/many', undefined, BINARY);
      const chunk = Buffer.alloc(9 * MIB, 'x');
      const declared = { 'content-length': String(10 * MIB) };
      const uploads = Array.from({ length: 5 }, () => upload('/large/many', declared));
      for (const { write } of uploads) write(chunk);
      const answered = await Promise.race(uploads.map(async ({ answer }, index) => ({ status: await answer, index })));
      expect(answered.status).toBe(429);
      const held = uploads.filter((_, index) => index !== answered.index);
      const chunked = upload('/large/many', {});
      chunked.write(chunk);
      expect(await chunked.answer).toBe(429);
      expect((await call('POST', '/large/many', 'small', BINARY)).status).toBe(204);
      for (const { write, end } of held) {
        write(Buffer.alloc(MIB, 'y'));
        end();
      }
      expect(await Promise.all(held.map(({ answer }) => answer))).toEqual([204, 204, 204, 204]);
      expect((await call('POST', '/large/many', chunk, BINARY)).status).toBe(204);
    },
    LONG_MS,
  );
});
