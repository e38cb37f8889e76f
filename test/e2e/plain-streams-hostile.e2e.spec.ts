import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, rawHttp } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';

let gateway: RunningGateway;
const call = caller(() => gateway.url);

beforeAll(async () => {
  gateway = await startMemoryGateway();
});

afterAll(() => gateway.stop());

interface Raw {
  readonly status: number;
  readonly code: unknown;
}

/** Bytes as they are, which no client would send. */
const raw = async (head: string, body = ''): Promise<Raw> => {
  const request = `${head}\r\nhost: x\r\nconnection: close\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`;
  const text = await rawHttp(gateway.url, Buffer.from(request, 'latin1'));
  const json = /\r\n\r\n(\{.*\})/s.exec(text)?.[1];
  const { error } = JSON.parse(json ?? '{}') as { readonly error?: { readonly code: string } };
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), code: error?.code };
};

const METHODS = ['PUT', 'POST', 'GET', 'DELETE'] as const;
const REFUSED = [400, 414];

describe('a path', () => {
  it.each([
    ['with NUL', 'a%00b'],
    ['with a slash in a segment', 'a%2Fb'],
    ['with a slash in a segment, lower case', 'a%2fb'],
    ['that goes up', 'a/../b'],
    ['that goes up, encoded', 'a/%2e%2e/b'],
    ['that goes nowhere', 'a/./b'],
    ['with nothing in a segment', 'a//b'],
    ['with half a percent', 'a%2'],
    ['with a percent of nothing', 'a%zz'],
    ['with bad UTF-8', 'a%ff%fe'],
    ['with overlong UTF-8', 'a%c0%af'],
    ['with a lone surrogate', 'a%ed%a0%80'],
    ['that is longer than any subject', `a/${'x'.repeat(1_000)}`],
    ['that is longer than any URL', 'x'.repeat(9_000)],
  ])('%s is refused with every method, under both prefixes', async (_what, path) => {
    for (const prefix of ['/', '/v1/stream/'])
      for (const method of METHODS) {
        const { status, code } = await raw(`${method} ${prefix}${path} HTTP/1.1`);
        expect([method, prefix, REFUSED.includes(status), code]).toEqual([method, prefix, true, 'INVALID_REQUEST']);
      }
  });

  it('is no matter for a preflight', async () => {
    for (const path of ['/a%zz', '/a//b', '/v1/stream/a%2Fb', '/nowhere'])
      expect([path, (await raw(`OPTIONS ${path} HTTP/1.1\r\norigin: http://x`)).status]).toEqual([path, 204]);
  });

  it('in bytes that are no ASCII is refused, or one path', async () => {
    const { status } = await raw('PUT /caf\xe9 HTTP/1.1');
    expect(status).toBe(400);
  });
});

describe('headers', () => {
  beforeAll(async () => {
    await call('PUT', '/kept', 'kept', { 'content-type': 'text/plain' });
  });

  const post = (headers: string, body = 'x'): Promise<Raw> => raw(`POST /kept HTTP/1.1\r\n${headers}`, body);

  it.each([
    [
      'a sequence twice',
      'content-type: text/plain\r\nproducer-id: p\r\nproducer-epoch: 0\r\nproducer-seq: 0\r\nproducer-seq: 1',
    ],
    ['half a producer', 'content-type: text/plain\r\nproducer-id: p'],
    [
      'a number that is too large',
      'content-type: text/plain\r\nproducer-id: p\r\nproducer-epoch: 0\r\nproducer-seq: 9007199254740993',
    ],
    ['a sequence that is too long', `content-type: text/plain\r\nstream-seq: ${'9'.repeat(513)}`],
    ['a number with a sign', 'content-type: text/plain\r\nproducer-id: p\r\nproducer-epoch: 0\r\nproducer-seq: +0'],
    ['no content type', 'accept: */*'],
  ])('with %s are 400 and change nothing', async (_what, headers) => {
    expect(await post(headers)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect((await call('GET', '/kept')).text).toBe('kept');
  });

  it('that lie about the content are found out', async () => {
    await call('PUT', '/items', '[1]', { 'content-type': 'application/json' });
    for (const body of ['{', '[1', '\xff\xfe', 'nul', '[1,]', '{"a":1}{"b":2}', '"\u0000"', ''])
      expect([body, (await raw('POST /items HTTP/1.1\r\ncontent-type: application/json', body)).status]).toEqual([
        body,
        400,
      ]);
    expect((await raw('POST /items HTTP/1.1\r\ncontent-type: text/plain', '2')).status).toBe(409);
    expect((await call('GET', '/items')).json).toEqual([1]);
  });

  it('with JSON that is deeper than anybody reads are 400', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const { status, json } = await call('POST', '/items', deep, { 'content-type': 'application/json' });
    expect([status, json.error.code]).toEqual([400, 'INVALID_REQUEST']);
    expect((await call('GET', '/items')).json).toEqual([1]);
  });

  it('are found out after the state of the stream, whatever is wrong with the content', async () => {
    const type = { 'content-type': 'application/json' };
    const producer = { ...type, 'producer-id': 'p', 'producer-epoch': '0', 'producer-seq': '0' };
    const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    await call('PUT', '/ordered/text', 'kept', { 'content-type': 'text/plain' });
    await call('PUT', '/ordered/open', '[1]', type);
    await call('POST', '/ordered/open', '2', producer);
    await call('PUT', '/ordered/closed', '[1]', { ...type, 'stream-closed': 'true' });
    for (const [what, body] of [
      ['broken', '{'],
      ['bad UTF-8', Buffer.from([0x22, 0xff, 0x22])],
      ['deep', deep(200)],
      ['large and deep', deep(600_000)],
    ] as const) {
      const statusOf = async (method: string, path: string, headers = type): Promise<unknown> => {
        const { status, headers: told } = await call(method, `/ordered/${path}`, body, headers);
        return [what, method, path, status, told.get('stream-closed')];
      };
      expect(await statusOf('POST', 'none')).toEqual([what, 'POST', 'none', 404, null]);
      expect(await statusOf('POST', 'text')).toEqual([what, 'POST', 'text', 409, null]);
      expect(await statusOf('POST', 'closed')).toEqual([what, 'POST', 'closed', 409, 'true']);
      // What is there is neither written anew nor looked at.
      expect(await statusOf('POST', 'open', producer)).toEqual([what, 'POST', 'open', 204, null]);
      expect(await statusOf('PUT', 'open')).toEqual([what, 'PUT', 'open', 200, null]);
      expect(await statusOf('POST', 'open')).toEqual([what, 'POST', 'open', 400, null]);
      expect(await statusOf('PUT', 'none')).toEqual([what, 'PUT', 'none', 400, null]);
    }
    expect((await call('GET', '/ordered/open')).json).toEqual([1, 2]);
  });

  it('with a content type that nobody could send again are 400, not another type', async () => {
    for (const type of [`text/plain; x=${'y'.repeat(300)}`, 'text/plain; charset="\xe9"']) {
      const { status, code } = await raw(`PUT /typed HTTP/1.1\r\ncontent-type: ${type}`);
      expect([status, code]).toEqual([400, 'INVALID_REQUEST']);
    }
    expect((await call('GET', '/typed')).status).toBe(404);
  });

  it.each([
    ['two lengths', 'content-length: 1\r\ncontent-length: 2'],
    ['a length and chunks', 'content-length: 3\r\ntransfer-encoding: chunked'],
    ['a length that is none', 'content-length: -1'],
  ])('with %s end the connection with 400', async (_what, lengths) => {
    const text = await rawHttp(
      gateway.url,
      `POST /kept HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n${lengths}\r\n\r\nabc`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect((await call('GET', '/kept')).text).toBe('kept');
  });

  it.each(['gzip, chunked', 'identity, chunked', 'Chunked, chunked', 'deflate'])(
    'with the transfer coding %s are refused, not stored as they came',
    async (coding) => {
      const text = await rawHttp(
        gateway.url,
        `POST /kept HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/plain\r\ntransfer-encoding: ${coding}\r\n\r\n` +
          '1\r\nx\r\n0\r\n\r\n',
      );
      expect(text).toMatch(/^HTTP\/1\.1 4(00|15) [\s\S]*"code":"(INVALID_REQUEST|UNSUPPORTED_ENCODING)"/);
      expect((await call('GET', '/kept')).text).toBe('kept');
    },
  );

  it('without a host are 400 from HTTP 1.1 on', async () => {
    const asked = (version: string): Promise<string> =>
      rawHttp(gateway.url, `GET /kept HTTP/${version}\r\nconnection: close\r\n\r\n`);
    expect(await asked('1.1')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"INVALID_REQUEST"/);
    expect(await asked('1.0')).toMatch(/^HTTP\/1\.1 200 [\s\S]*kept$/);
  });

  it('that expect what nobody knows get the answer of the others', async () => {
    expect(await raw('GET /kept HTTP/1.1\r\nexpect: miracles')).toMatchObject({ status: 200 });
    expect(await raw('POST /nothing HTTP/1.1\r\nexpect: miracles\r\ncontent-type: text/plain', 'x')).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it('with two offsets, or one that is none, are 400', async () => {
    for (const query of [
      'offset=',
      'offset=-1&offset=-1',
      'offset=%00',
      'offset=1',
      'offset=0_0',
      'offset=now%0d',
      'live=sse',
      'live=long-poll',
    ])
      expect([query, (await call('GET', `/kept?${query}`)).status]).toEqual([query, 400]);
  });
});

describe('a method', () => {
  it.each(['CONNECT', 'TRACE', 'PATCH', 'PURGE', 'QUERY', 'get'])(
    '%s that no path knows is refused',
    async (method) => {
      for (const target of ['/kept', '/v1/entities/a/b', 'elsewhere:443']) {
        const { status } = await raw(`${method} ${target} HTTP/1.1`);
        expect([method, target, [400, 404]]).toEqual([method, target, expect.arrayContaining([status])]);
      }
      expect((await call('GET', '/kept')).text).toBe('kept');
    },
  );
});
