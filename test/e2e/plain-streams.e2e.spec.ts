import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, rawHttp, type Answer, type Headered } from './gateway/http.js';
import { startMemoryGateway, TRUSTING, type RunningGateway } from './gateway/memory-gateway.js';
import { sseEvents } from './support/sse.js';

const TEXT = { 'content-type': 'text/plain' };
const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: RunningGateway;
const call = caller(() => gateway.url);
const put = (path: string, body?: string, headers: Headered = TEXT): Promise<Answer> =>
  call('PUT', path, body, headers);
const post = (path: string, body: string | Uint8Array, headers: Headered = TEXT): Promise<Answer> =>
  call('POST', path, body, headers);
const get = (path: string): Promise<Answer> => call('GET', path);

/** The path as written, which `fetch` would tidy up. */
const raw = async (method: string, path: string, body = ''): Promise<string> => {
  const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\nconnection: close\r\n`;
  return rawHttp(gateway.url, `${head}content-length: ${String(body.length)}\r\n\r\n${body}`);
};
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

beforeAll(async () => {
  gateway = await startMemoryGateway();
});

afterAll(() => gateway.stop());

describe('one stream has one path', () => {
  it('under both prefixes', async () => {
    expect((await put('/v1/stream/one/path', 'a')).status).toBe(201);
    expect((await put('/one/path')).status).toBe(200);
    expect((await post('/one/path', 'b')).status).toBe(204);
    expect((await get('/v1/stream/one/path')).text).toBe('ab');
    expect((await call('DELETE', '/one/path')).status).toBe(204);
    expect((await get('/v1/stream/one/path')).status).toBe(404);
  });

  it('with its segments as they were sent', async () => {
    await put('/as%20sent/%41', 'encoded');
    expect((await get('/as%20sent/A')).status).toBe(404);
    expect((await get('/as%20sent/%41')).text).toBe('encoded');
  });

  it('that its location repeats, absolute', async () => {
    const { headers } = await put('/v1/stream/located/%7e');
    expect(headers.get('location')).toBe(`${gateway.url}/v1/stream/located/%7e`);
  });

  it.each([
    '/v1/stream/',
    '/v1/stream/a//b',
    '/a//b',
    '/v1/stream/a/',
    '/v1/stream/../v1/entities',
    '/v1/stream/a/%2e%2e/b',
    '/a/./b',
    '/v1/stream/a%2fb',
    '/a%00b',
    '/v1/stream/a%zz',
    '/v1/stream/%ff',
    `/v1/stream/${'x'.repeat(901)}`,
    `/v1/stream/${'%20'.repeat(181)}`,
  ])('%s is none, and nothing is created by trying', async (path) => {
    for (const method of ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'])
      expect([method, statusOf(await raw(method, path, method === 'PUT' ? 'x' : ''))]).toEqual([method, 400]);
    expect((await get('/health/live')).status).toBe(200);
  });

  it('may be as long as a path of the log can be', async () => {
    const path = `/${'x'.repeat(900)}`;
    expect((await put(path, 'long')).status).toBe(201);
    expect((await get(path)).text).toBe('long');
  });
});

describe('paths that are not for everybody', () => {
  it.each([
    '/v1/entities',
    '/v1/nothing',
    '/_electric/entities',
    '/health/x',
    '/docs',
    '/docs-json',
    '/metrics/x',
    '/%76%31/x',
  ])('%s is no stream', async (path) => {
    const { status } = await put(path, 'x');
    expect(status).toBe(404);
  });

  it('the control root of the protocol answers with an error of its own', async () => {
    expect(await get('/v1/stream/__ds/subscriptions/x')).toMatchObject({
      status: 404,
      json: { error: { code: 'NOT_FOUND' } },
    });
  });

  it.each([
    '/chat/42/main',
    '/v1/stream/chat/42/main',
    '/chat/42/attachments/1',
    '/_cron/x',
    '/v1/stream/_cron/x',
    '/%5Fcron/x',
    '/_entities/x',
    '/_webhooks/x',
    '/runners/1/wake',
  ])('%s is not created or deleted from outside', async (path) => {
    expect((await put(path, 'x')).status).toBe(403);
    expect((await call('DELETE', path)).status).toBe(403);
    expect((await get(path)).status).toBe(404);
  });

  it.each(['/_electric/shared-state/x', '/v1/stream/_electric/shared-state/x'])(
    '%s stays as long as its entities',
    async (path) => {
      expect((await call('DELETE', path)).status).toBe(401);
    },
  );

  it('a stream of the server is not forked', async () => {
    for (const source of ['/chat/42/main', '/v1/stream/_cron/x', '/_electric/shared-state/x'])
      expect((await put('/a-fork', undefined, { 'stream-forked-from': source })).status).toBe(409);
  });
});

describe('a stream', () => {
  it('of a type that only looks like JSON holds bytes', async () => {
    const type = { 'content-type': 'application/json-patch+json' };
    await put('/patches', '[ 1', type);
    await post('/patches', ', 2 ]', type);
    expect((await get('/patches')).text).toBe('[ 1, 2 ]');
  });

  it('of JSON keeps the text of each item', async () => {
    await put('/numbers', '[ 12345678901234567890, {"a": 1.0} ]', JSON_TYPE);
    expect((await get('/numbers')).text).toBe('[12345678901234567890,{"a":1.0}]');
  });

  it('of JSON that is none is not left behind', async () => {
    expect((await put('/broken', '{', JSON_TYPE)).status).toBe(400);
    expect((await get('/broken')).status).toBe(404);
  });

  it('tells everybody who sends too much so, however long they take to send it', async () => {
    await put('/larger');
    const sizes = Array.from({ length: 6 }, (_, index) => (65 + index) * 1024 * 1024);
    const answers = await Promise.all(sizes.map((size) => post('/larger', new Uint8Array(size))));
    expect(answers.map(({ status }) => status)).toEqual(sizes.map(() => 413));
    expect(answers[0]?.json).toMatchObject({ error: { code: 'PAYLOAD_TOO_LARGE' } });
  });

  it('that is deleted releases who waits for it', async () => {
    await put('/waited', 'x');
    const { headers } = await get('/waited');
    const waiting = get(`/waited?live=long-poll&offset=${headers.get('stream-next-offset') ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call('DELETE', '/waited');
    expect((await waiting).status).toBe(404);
  });

  it('that is kept for its forks releases who waits for it as well', async () => {
    await put('/kept', 'x');
    await put('/keeper', undefined, { 'stream-forked-from': '/kept' });
    const waiting = get('/v1/stream/kept?live=long-poll&offset=now');
    const events = rawHttp(gateway.url, 'GET /kept?live=sse&offset=now HTTP/1.1\r\nhost: x\r\n\r\n', /\r\n0\r\n/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call('DELETE', '/kept');
    expect((await waiting).status).toBe(410);
    expect(await events).toMatch(/event: control/);
    expect((await get('/keeper')).text).toBe('x');
  });

  it('shows nothing of an earlier life to those who come with its offsets', async () => {
    const { headers: before } = await put('/lives', 'old');
    const old = before.get('stream-next-offset') ?? '';
    await call('DELETE', '/lives');
    await put('/lives', 'new');
    expect((await get(`/lives?offset=${old}`)).status).toBe(410);
    const { headers, text } = await get('/lives');
    expect(text).toBe('new');
    const etag = headers.get('etag') ?? '';
    for (const [tags, status] of [
      [etag, 304],
      [`"other", W/${etag}`, 304],
      ['*', 304],
      ['"other"', 200],
    ] as const)
      expect((await call('GET', '/lives', undefined, { 'if-none-match': tags })).status).toBe(status);
  });

  it('says in every mode that it does not reach an offset', async () => {
    await put('/short', 'x');
    const end = (await get('/short')).headers.get('stream-next-offset') ?? '';
    const [behind = ''] = [end.replace(/0_/, '1_'), end.replace(/\d_/, '9_')].filter((offset) => offset > end);
    for (const offset of [behind, '9999999999999999_9999999999999999'])
      for (const mode of ['', '&live=long-poll', '&live=sse']) {
        const { status, headers, json } = await get(`/short?offset=${offset}${mode}`);
        expect([offset, mode, status, json.error.code]).toEqual([offset, mode, 410, 'GONE']);
        expect(headers.get('stream-next-offset')).toBeNull();
      }
    expect((await get(`/short?offset=${end}`)).status).toBe(200);
  });

  it('is not kept by a cache for who asks what comes from now on', async () => {
    await put('/from-now', 'old');
    const waiting = get('/from-now?offset=now&live=long-poll');
    let answered = false;
    void waiting.finally(() => (answered = true));
    while (!answered) await post('/from-now', 'new');
    const { status, headers, text } = await waiting;
    expect([status, /^(new)+$/.test(text)]).toEqual([200, true]);
    expect([headers.get('etag'), headers.get('cache-control')]).toEqual([null, 'no-store']);
  });

  it('knows producers of its own life only', async () => {
    const producer = { ...TEXT, 'producer-id': 'p', 'producer-epoch': '0', 'producer-seq': '0', 'stream-seq': 'b' };
    await put('/produced');
    expect((await post('/produced', 'a', producer)).status).toBe(200);
    expect((await post('/produced', 'a', producer)).status).toBe(204);
    await call('DELETE', '/produced');
    await put('/produced');
    expect((await post('/produced', 'a', { ...producer, 'stream-seq': 'a' })).status).toBe(200);
    await put('/produced-fork', undefined, { 'stream-forked-from': '/produced' });
    expect((await post('/produced-fork', 'a', producer)).status).toBe(200);
    expect((await get('/produced-fork')).text).toBe('aa');
  });

  it('is refused with the headers of a fork that is none', async () => {
    await put('/forkable', 'abc');
    const from = (headers: Headered): Promise<Answer> =>
      put('/refused', undefined, { 'stream-forked-from': '/forkable', ...headers });
    const refused: readonly Headered[] = [
      { 'stream-fork-offset': '-1' },
      { 'stream-fork-offset': 'now' },
      { 'stream-fork-offset': '0000000000000000_0000000000000001x' },
      { 'stream-fork-sub-offset': '1' },
      { 'stream-fork-offset': '0000000000000000_0000000000000000', 'stream-fork-sub-offset': '4' },
      { 'stream-fork-offset': '0000000000000000_0000000000000000', 'stream-fork-sub-offset': '9'.repeat(30) },
      { 'stream-forked-from': '/forkable/../x%2F' },
    ];
    for (const headers of refused) expect([headers, (await from(headers)).status]).toEqual([headers, 400]);
    expect((await get('/refused')).status).toBe(404);
    expect((await call('DELETE', '/forkable')).status).toBe(204);
    expect((await get('/forkable')).status).toBe(404);
  });
});

describe('a reader by server-sent events', () => {
  const LIFETIME_MS = 300;
  const CONNECTIONS = 4;

  interface Control {
    readonly streamNextOffset: string;
    readonly streamCursor?: string;
    readonly upToDate?: true;
    readonly streamClosed?: true;
  }

  /** The first control events of a reader, who leaves then. */
  const controls = async (url: string, count: number, between = (): unknown => undefined): Promise<Control[]> => {
    const leaving = new AbortController();
    const { body } = await fetch(url, { signal: leaving.signal });
    if (!body) throw new Error('there is nothing to read');
    const seen: Control[] = [];
    for await (const { name, data } of sseEvents(body)) {
      if (name === 'control') seen.push(JSON.parse(data) as Control);
      if (seen.length === count) break;
      await between();
    }
    leaving.abort();
    return seen;
  };

  it('gets the cursor of all who come back with the same one, and keeps it', async () => {
    await put('/cursors');
    for (const cursor of ['99999990', '99999999']) {
      const url = `${gateway.url}/cursors?offset=now&live=sse&cursor=${cursor}`;
      const grow = (): Promise<unknown> => post('/cursors', 'x');
      const told = await Promise.all([controls(url, 3, grow), controls(url, 3, grow), controls(url, 1)]);
      const cursors = new Set(told.flat().map(({ streamCursor }) => streamCursor));
      expect([...cursors].map((next) => Number(next) > Number(cursor))).toEqual([true]);
    }
  });

  it('gets what the others get, whatever his cursor is', async () => {
    await put('/many', undefined, JSON_TYPE);
    const leaving = new AbortController();
    const READERS = 12;
    const APPENDS = 40;
    const follow = async (reader: number): Promise<unknown> => {
      const cursor = 99_000_000 + reader;
      const url = `${gateway.url}/many?offset=now&live=sse&cursor=${String(cursor)}`;
      const { body } = await fetch(url, { signal: leaving.signal });
      if (!body) throw new Error('there is nothing to read');
      const names: string[] = [];
      const items: number[] = [];
      const cursors = new Set<unknown>();
      for await (const { name, data } of sseEvents(body)) {
        names.push(name);
        if (name === 'control') cursors.add((JSON.parse(data) as Control).streamCursor);
        else items.push(...(JSON.parse(data) as number[]));
        if (names.length === 1) ready();
        if (items.length === APPENDS && name === 'control') break;
      }
      expect(names).toEqual(['control', ...Array.from({ length: APPENDS }, () => ['data', 'control']).flat()]);
      expect([...cursors].map((next) => Number(next) > cursor)).toEqual([true]);
      return items;
    };
    let waiting = 0;
    let all = (): void => undefined;
    const ready = (): void => {
      if ((waiting += 1) === READERS) all();
    };
    const begun = new Promise<void>((resolve) => (all = resolve));
    const following = Array.from({ length: READERS }, (_, reader) => follow(reader));
    await begun;
    // At once, so that some come in common messages.
    await Promise.all(Array.from({ length: APPENDS }, (_, n) => post('/many', String(n), JSON_TYPE)));
    const stored = (await get('/many')).json;
    expect(await Promise.all(following)).toEqual(following.map(() => stored));
    leaving.abort();
  });

  it('is told the end of a closed stream as one that he has reached', async () => {
    await put('/ended', 'x', { ...TEXT, 'stream-closed': 'true' });
    const streamNextOffset = (await get('/ended')).headers.get('stream-next-offset');
    for (const offset of ['-1', 'now'])
      expect(await controls(`${gateway.url}/ended?offset=${offset}&live=sse`, 1)).toEqual([
        { streamNextOffset, upToDate: true, streamClosed: true },
      ]);
  });

  it('who takes nothing at all is cut off in the end, one who is slow is not', async () => {
    const brief = await startMemoryGateway('development', {}, TRUSTING, LIFETIME_MS);
    const server = brief.app.getHttpServer();
    const ask = caller(() => brief.url);
    const BYTES = 6 << 20;
    await ask('PUT', '/taken', new Uint8Array(BYTES), TEXT);
    await ask('PUT', '/large', new Uint8Array(2 * BYTES), TEXT);
    const connected = async (target: string): Promise<readonly [here: Socket, there: Socket]> => {
      const { hostname, port } = new URL(brief.url);
      const accepted = once(server, 'connection') as Promise<[Socket]>;
      const here = connect({ host: hostname, port: Number(port) });
      here.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      const [there] = await accepted;
      return [here.pause(), there];
    };
    for (const target of ['/taken?offset=-1&live=sse', '/taken', '/large', '/large?offset=-1&live=sse']) {
      const [idle, held] = await connected(target);
      if (!held.destroyed) await once(held, 'close');
      idle.destroy();
    }
    const [slow] = await connected('/large');
    let taken = 0;
    const began = performance.now();
    slow.on('data', (part: Buffer) => {
      taken += part.length;
      slow.pause();
      setTimeout(() => slow.resume(), 10);
    });
    slow.resume();
    await once(slow, 'end');
    expect(taken).toBeGreaterThan(2 * BYTES);
    expect(performance.now() - began).toBeGreaterThan(2 * LIFETIME_MS);
    await brief.stop();
  }, 60_000);

  it('is asked to come back from time to time, and goes on where it was', async () => {
    const brief = await startMemoryGateway('development', {}, TRUSTING, LIFETIME_MS);
    const ask = caller(() => brief.url);
    await ask('PUT', '/followed', undefined, JSON_TYPE);
    let following = true;
    const written = (async () => {
      let n = 0;
      for (; following; n += 1) expect((await ask('POST', '/followed', String(n), JSON_TYPE)).status).toBe(204);
      return n;
    })();
    const seen: number[] = [];
    let offset = '-1';
    for (let connection = 0; connection < CONNECTIONS; connection += 1) {
      const began = performance.now();
      const { body } = await fetch(`${brief.url}/followed?offset=${offset}&live=sse`);
      if (!body) throw new Error('there is nothing to read');
      for await (const { name, data } of sseEvents(body)) {
        if (name === 'data') seen.push(...(JSON.parse(data) as readonly number[]));
        else offset = (JSON.parse(data) as { readonly streamNextOffset: string }).streamNextOffset;
      }
      // By the server, although there is more to read.
      expect(performance.now() - began).toBeGreaterThan(LIFETIME_MS / 2);
    }
    following = false;
    const total = await written;
    seen.push(...((await ask('GET', `/followed?offset=${offset}`)).json as readonly number[]));
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => n));
    await brief.stop();
  });
});
