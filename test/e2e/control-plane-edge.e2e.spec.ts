import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, rawHttp } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';

let gateway: RunningGateway;
const call = caller(() => gateway.url);

beforeAll(async () => {
  gateway = await startMemoryGateway();
  await call('POST', '/v1/entity-types', { name: 'chat', description: 'talks' });
  await call('PUT', '/v1/entities/chat/there');
});
afterAll(() => gateway.stop());

/** Only the gateway as it was: every hostile request must leave it answering. */
const alive = async (): Promise<void> => expect((await call('GET', '/v1/health')).status).toBe(200);

const start = (line: string, ...headers: string[]): string =>
  `${[`${line} HTTP/1.1`, 'host: x', 'connection: close', ...headers].join('\r\n')}\r\n\r\n`;

const statusOf = (raw: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(raw)?.[1]);

describe('every answer', () => {
  it.each([
    ['GET', '/v1/health'],
    ['GET', '/v1/nowhere'],
    ['GET', '/nowhere'],
    ['GET', '/v1/entities/chat/missing'],
    ['OPTIONS', '/any/where/at/all'],
    ['POST', '/v1/entities/chat/there/send'],
  ])('to %s %s lets any origin read it and cannot be sniffed', async (method, path) => {
    const { headers } = await call(method, path);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toBe('*');
    expect(headers.get('access-control-allow-methods')).toMatch(/PATCH/);
    expect(headers.get('access-control-allow-headers')).toMatch(/electric-claim-token.*if-none-match.*producer-id/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });

  it('to a preflight is 204, whatever the path', async () => {
    for (const path of ['/', '/v1/entities', '/chat/42/main', '/%E0%A4', '/v1/entities/chat/x%00'])
      expect([path, statusOf(await rawHttp(gateway.url, start(`OPTIONS ${path}`)))]).toEqual([path, 204]);
  });

  it('to a browser that looks around is where a dashboard would be', async () => {
    const root = await fetch(`${gateway.url}/`, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/__agent_ui/']);
    for (const path of ['/__agent_ui/', '/__agent_ui', '/__agent_ui/assets/x.js'])
      expect(await call('GET', path)).toMatchObject({ status: 404, json: { error: { code: 'AGENT_UI_NOT_FOUND' } } });
    expect(await call('POST', '/__agent_ui/')).toMatchObject({ status: 404, text: '' });
  });

  it('to an unknown route is 404 without a body', async () => {
    for (const [method, path] of [
      ['GET', '/_electric/nothing'],
      ['POST', '/_electric/nothing/'],
      ['PUT', '/_electric//'],
      ['PATCH', '/v1/entities'],
      ['DELETE', '/v1/health'],
      ['POST', '/v1/entities/chat/there/nothing'],
    ] as const)
      expect(await call(method, path)).toMatchObject({ status: 404, text: '' });
  });

  it('to HEAD is the one to GET without its body', async () => {
    expect(await call('HEAD', '/v1/entities/chat/there')).toMatchObject({ status: 200, text: '' });
    expect(await call('HEAD', '/v1/entities/chat/missing')).toMatchObject({ status: 404, text: '' });
  });
});

describe('an address', () => {
  it.each([
    ...[
      'a.b',
      '..',
      '.',
      'a*',
      'a%20b',
      'a%2Fb',
      'a%00',
      'a%',
      'a%zz',
      '%2e%2e',
      'a|b',
      'é',
      '%E0%A4',
      'x'.repeat(201),
    ],
    ...['a%41', 'a"b', 'a<b', '{a}', 'a\\b', '%F0%9F%8E%89', '%ED%A0%80', '%252F', 'a%09', 'a%7F', 'a#b'],
  ])('has no id %j, whatever is done to it', async (id) => {
    for (const [method, suffix] of [
      ['PUT', ''],
      ['GET', ''],
      ['POST', '/send'],
      ['POST', '/signal'],
    ] as const) {
      const line = Buffer.from(start(`${method} /v1/entities/chat/${id}${suffix}`), 'utf8');
      const raw = await rawHttp(gateway.url, line);
      expect([id, method, statusOf(raw)]).toEqual([id, method, 400]);
      // Node itself refuses some of these before they are a request; the envelope is the same.
      expect(raw).toContain('"code":"INVALID_REQUEST"');
    }
    await alive();
  });

  it.each(['_cron', '.x', 'v1', 'docs', 'health', 'principal', 'a%20', 'a*'])('has no new type %j', async (type) => {
    const { status } = await call('PUT', `/v1/entities/${type}/x`);
    expect([400, 404]).toContain(status);
    if (type !== 'a%20')
      expect(await call('POST', '/v1/entity-types', { name: type, description: 'x' })).toMatchObject({
        status: 400,
        json: { error: { code: 'INVALID_REQUEST' } },
      });
  });

  it('that is too long is refused, not cut', async () => {
    for (const length of [2_000, 7_000, 9_000, 14_000, 40_000]) {
      const { status } = await call('GET', `/v1/entities/chat/${'x'.repeat(length)}`).catch(() => ({ status: 431 }));
      expect([400, 414, 431]).toContain(status);
    }
    await alive();
  });

  it('does not change with the form of the request line', async () => {
    const raw = await rawHttp(gateway.url, start(`GET http://elsewhere/v1/entities/chat/there`));
    expect(statusOf(raw)).toBe(200);
  });

  it('may end in a slash on control routes', async () => {
    expect(await call('GET', '/v1/entities/chat/there/')).toMatchObject({ status: 200 });
  });
});

describe('a body', () => {
  const send = '/v1/entities/chat/there/send';

  it('needs no content type, and a wrong or broken one changes nothing', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '///', 'a'])
      expect([type, (await call('POST', send, '{"payload":1}', { 'content-type': type })).status]).toEqual([type, 200]);
  });

  it('that is empty is an empty object', async () => {
    expect(await call('PUT', '/v1/entities/chat/from-nothing', '')).toMatchObject({ status: 201 });
  });

  it.each([
    ['no JSON', '{'],
    ['JSON twice', '{}{}'],
    ['half a string', '{"payload":"'],
    ['a byte order mark', '\ufeff{}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a raw NUL', '{"payload":"\0"}'],
    ['too deep', `{"payload":${'['.repeat(128)}${']'.repeat(128)}}`],
    ['far too deep', `{"payload":${'['.repeat(1_000_000)}`],
    ['a number beyond all numbers', '{"payload":{"a":[-1e999]}}'],
    ['a number with too many digits', `{"payload":${'9'.repeat(309)}}`],
    ['too deep in objects', `{"payload":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`],
  ])('that is %s is refused', async (_what, body) => {
    expect(await call('POST', send, body)).toMatchObject({
      status: 400,
      json: { error: { code: 'INVALID_REQUEST', message: expect.any(String) } },
    });
    await alive();
  });

  it('may hold the largest number, and text that looks like a larger one', async () => {
    expect(await call('POST', send, '{"payload":[1.7e308,"1e999",9e-999]}')).toMatchObject({ status: 200 });
  });

  it('may be as deep as 128', async () => {
    expect(await call('POST', send, `{"payload":${'['.repeat(127)}${']'.repeat(127)}}`)).toMatchObject({ status: 200 });
  });

  it('over the limit of its route is 413, however it is sent', async () => {
    const mib = 1024 * 1024;
    const huge = JSON.stringify({ value: 'x'.repeat(mib) });
    const answer = await call('POST', '/v1/entities/chat/there/tags/t', huge);
    expect(answer).toMatchObject({ status: 413, json: { error: { code: 'PAYLOAD_TOO_LARGE' } } });

    // Announced only: refused without waiting for it.
    const announced = start(`POST ${send}`, `content-length: ${String(5 * mib)}`);
    expect(statusOf(await rawHttp(gateway.url, announced, /PAYLOAD_TOO_LARGE/))).toBe(413);

    // Not announced: refused as soon as it is too much.
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const chunked = start(`POST ${send}`, 'transfer-encoding: chunked') + chunk.repeat(80);
    expect(statusOf(await rawHttp(gateway.url, chunked, /PAYLOAD_TOO_LARGE/))).toBe(413);
    await alive();
  });

  it('whose length is a lie is refused', async () => {
    const more = `${start(`POST ${send}`, 'content-length: 2').replace('connection: close\r\n', '')}{}{}{}`;
    const raw = await rawHttp(gateway.url, more, /HTTP\/1\.1 400[\s\S]*HTTP\/1\.1 400/);
    expect(statusOf(raw)).toBe(400);
    for (const length of ['-1', 'x', '1, 2', '99999999999999999999999'])
      expect([400, 413]).toContain(
        statusOf(await rawHttp(gateway.url, start(`POST ${send}`, `content-length: ${length}`))),
      );
    const both = start(`POST ${send}`, 'content-length: 2', 'transfer-encoding: chunked');
    expect(statusOf(await rawHttp(gateway.url, both))).toBe(400);
    await alive();
  });

  it.each([
    ['a tag', '/v1/entities/chat/there/tags/t', { value: 'a\0b' }, '/value'],
    ['a lone surrogate', '/v1/entities/chat/there/tags/t', '{"value":"\\ud800"}', '/value'],
    ['the key of a message', send, { key: '\0', payload: 1 }, '/key'],
  ])('has text the database can store: %s', async (_what, path, body, at) => {
    expect(await call('POST', path, body)).toMatchObject({
      status: 400,
      json: { error: { code: 'INVALID_REQUEST', details: [{ path: at }] } },
    });
  });

  it('is told the first thousand of its faults', async () => {
    const many = (count: number, value: unknown): unknown[] => Array.from({ length: count }, () => value);
    const tags = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`t${String(index)}`, 1]));
    const spawned = await call('PUT', '/v1/entities/chat/faulty', { tags });
    expect(spawned.status).toBe(400);
    expect(spawned.json.error.details).toHaveLength(1_000);
    const sent = await call('POST', send, { type: 'composer_input', payload: { source: '', nodes: many(100_000, 1) } });
    expect(sent.status).toBe(422);
    expect(sent.json.error.details).toHaveLength(1_000);
  });

  it('may use names that objects inherit', async () => {
    const args = JSON.parse('{"__proto__":{"a":1},"constructor":{"b":2},"toString":3}') as unknown;
    expect((await call('PUT', '/v1/entities/chat/proto', { args })).status).toBe(201);
    const read = await call('GET', '/v1/entities/chat/proto');
    expect(read.text).toContain('"__proto__":{"a":1}');
    for (const key of ['__proto__', 'constructor', 'hasOwnProperty']) {
      const tagged = await call('POST', `/v1/entities/chat/proto/tags/${key}`, { value: 'x' });
      expect([key, tagged.status]).toEqual([key, 200]);
      expect(tagged.text).toContain(`"${key}":"x"`);
    }
  });
});

describe('an identity', () => {
  it.each(['', 'alice', 'robot:x', 'user:', 'user:a/b', '/principal/', '/chat/x', 'system:framework', 'system:other'])(
    'that is %j is refused, also in development',
    async (principal) => {
      expect(await call('GET', '/v1/health', undefined, { 'electric-principal': principal })).toMatchObject({
        status: 401,
        json: { error: { code: 'UNAUTHORIZED' } },
      });
    },
  );

  it('may be a key or a URL, encoded or not', async () => {
    const grant = { subject_kind: 'principal_kind', subject_value: 'user', permission: 'spawn' };
    expect((await call('POST', '/v1/entity-types/chat/grants', grant)).status).toBe(201);
    for (const principal of ['user:alice', '/principal/user%3Aalice', '/principal/user:alice']) {
      const id = `by-${String(principal.length)}`;
      const { json } = await call('PUT', `/v1/entities/chat/${id}`, {}, { 'electric-principal': principal });
      expect(json).toMatchObject({ created_by: '/principal/user%3Aalice' });
    }
  });

  it('is the developer when there is none', async () => {
    expect((await call('GET', '/v1/entities/chat/there')).json).toMatchObject({
      created_by: '/principal/system%3Adev-local',
    });
  });
});

describe('in production', () => {
  let production: RunningGateway;
  const ask = caller(() => production.url);
  beforeAll(async () => {
    production = await startMemoryGateway('production');
  });
  afterAll(() => production.stop());

  it('nothing is answered to nobody but probes and preflights', async () => {
    for (const path of ['/v1/health', '/v1/entities', '/chat/x/main', '/nowhere', '/docs'])
      expect([path, (await ask('GET', path)).status]).toEqual([path, 401]);
    expect((await ask('GET', '/health/live')).status).toBe(200);
    expect((await ask('GET', '/health/ready')).status).toBe(200);
    expect((await ask('OPTIONS', '/v1/entities')).status).toBe(204);
  });

  it('a named principal is believed, the developer is not', async () => {
    expect((await ask('GET', '/v1/health', undefined, { 'electric-principal': 'user:alice' })).status).toBe(200);
    expect((await ask('GET', '/v1/health', undefined, { 'electric-principal': 'system:dev-local' })).status).toBe(401);
  });

  it('no serve endpoint is fetched', async () => {
    const body = { name: 'x', serve_endpoint: 'http://127.0.0.1:1/' };
    expect(await ask('POST', '/v1/entity-types', body, { 'electric-principal': 'user:a' })).toMatchObject({
      status: 400,
    });
  });
});
