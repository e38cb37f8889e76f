import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, jsonOf, rawHttp, type Answer, type Headered } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';
import type { Claim } from './support/entities.js';

let gateway: RunningGateway;
const call = caller(() => gateway.url);

const JSON_TYPE = { 'content-type': 'application/json' };
const TYPE = {
  name: 'keyed',
  description: 'is asked twice',
  inbox_schemas: { counted: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } },
  externally_writable_collections: { notes: { type: 'state:notes', operations: ['insert', 'update', 'delete'] } },
};

type Request = readonly [method: string, path: string, body?: unknown, headers?: Headered];

const E = '/v1/entities/keyed/1';
const WAKE = { subscriberUrl: '/keyed/1', sourceUrl: '/keyed/2', condition: 'runFinished' };
const GRANT = { subject_kind: 'principal', subject_value: '/principal/user%3Ag', permission: 'read' };
const STREAM = '/v1/stream/some/file';

/** Every command there is, in an order in which all of them succeed. */
const commands = (token: string, entityGrant: number, typeGrant: number): Readonly<Record<string, Request>> => ({
  'a type replaced': ['POST', '/v1/entity-types', { ...TYPE, description: 'again' }],
  'a type amended': ['PATCH', '/v1/entity-types/keyed/schemas', { inbox_schemas: { more: {} } }],
  'a spawn': [
    'PUT',
    '/v1/entities/keyed/3',
    { args: { a: [1] }, tags: { t: '1' }, parent: '/keyed/1', initialMessage: { n: 1 }, initialMessageType: 'counted' },
  ],
  'a message': ['POST', `${E}/send`, { payload: { n: 2 }, type: 'counted' }],
  'a message under a key of its own': ['POST', `${E}/send`, { payload: 'ö\u2028', key: 'mine' }],
  'an edit': ['PATCH', `${E}/inbox/mine`, { payload: 'new' }],
  'a deletion from the inbox': ['DELETE', `${E}/inbox/mine`],
  'a tag': ['POST', `${E}/tags/a%20b`, { value: 'x' }],
  'a tag that is there already': ['POST', `${E}/tags/a%20b`, { value: 'x' }, { 'idempotency-key': 'no-op' }],
  'a tag removed': ['DELETE', `${E}/tags/a%20b`],
  'a row': ['POST', `${E}/collections/notes`, { operation: 'insert', value: { n: 1 } }],
  'an append': [
    'POST',
    '/keyed/1/main',
    [{ type: 'text', key: 'k', value: 1, headers: { operation: 'insert' } }],
    { ...JSON_TYPE, authorization: `Bearer ${token}` },
  ],
  'a grant': ['POST', `${E}/grants`, GRANT],
  'a grant revoked': ['DELETE', `${E}/grants/${String(entityGrant)}`],
  'a grant on a type': ['POST', '/v1/entity-types/keyed/grants', { ...GRANT, permission: 'spawn' }],
  'a grant on a type revoked': ['DELETE', `/v1/entity-types/keyed/grants/${String(typeGrant)}`],
  'a wake registered': ['POST', '/v1/wake', WAKE],
  'a wake unregistered': ['POST', '/v1/wake/unregister', { subscriberUrl: '/keyed/1', sourceUrl: '/keyed/2' }],
  'a stream created': ['PUT', STREAM, '[1]', { ...JSON_TYPE, 'stream-ttl': '3600' }],
  'an append to a stream': ['POST', STREAM, '2', JSON_TYPE],
  'a stream deleted': ['DELETE', STREAM],
  'a pause': ['POST', `${E}/signal`, { signal: 'SIGSTOP', reason: 'wait' }],
  'an end': ['DELETE', E],
  'a type deleted': ['DELETE', '/v1/entity-types/keyed'],
});

const shown = ({ status, text, headers }: Answer): readonly unknown[] => [
  status,
  text,
  headers.get('stream-next-offset'),
  headers.get('location')?.replace(/:\d+(\/v1\/stream)?/, ''),
  headers.get('reveille-position'),
];

const replayed = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

/** The same route by its other name. */
const otherPath = (path: string): string =>
  path.startsWith('/v1/stream') || !path.startsWith('/v1/')
    ? path.replace('/v1/stream/', '/').replace(/^\/keyed/, '/v1/stream/keyed')
    : path.replace('/v1/', '/_electric/');

const ask = ([method, path, body, headers]: Request, key: string, more: Headered = {}): Promise<Answer> =>
  call(method, path, body, { 'idempotency-key': key, ...headers, ...more });

/** A grant to all users. @returns its id */
const granted = async (path: string, permission: string): Promise<number> => {
  const grant = { subject_kind: 'principal_kind', subject_value: 'user', permission };
  return ((await call('POST', path, grant)).json as { id: number }).id;
};

const code = ({ status, json }: Answer): readonly unknown[] => [
  status,
  (json as { error?: { code: string } } | undefined)?.error?.code,
];

const sends = async (id: string): Promise<readonly unknown[]> =>
  jsonOf<readonly { type: string; value: { payload: unknown } }[]>(await call('GET', `/keyed/${id}/main`))
    .filter(({ type }) => type === 'inbox')
    .map(({ value }) => value.payload);

beforeAll(async () => {
  gateway = await startMemoryGateway();
  await call('POST', '/v1/entity-types', TYPE);
  for (const id of ['1', '2', '4']) await call('PUT', `/v1/entities/keyed/${id}`);
});
afterAll(() => gateway.stop());

describe('an Idempotency-Key', () => {
  it('on any command has one effect and one answer, under every name of the route, whatever happens after it', async () => {
    const claim = jsonOf<Claim>(await call('POST', `${E}/claim`, { runner: 'r', leaseMs: 600_000 }));
    const entityGrant = await granted(`${E}/grants`, 'read');
    const typeGrant = await granted('/v1/entity-types/keyed/grants', 'spawn');
    const all = Object.entries(commands(claim.token, entityGrant, typeGrant));
    const first: Record<string, readonly unknown[]> = {};
    for (const [name, request] of all) {
      const answer = await ask(request, `key of ${name}`);
      first[name] = shown(answer);
      expect([name, answer.status < 300, replayed(answer)]).toEqual([name, true, false]);
      const [method, path, body, headers] = request;
      const again = await ask([method, otherPath(path), body, headers], `key of ${name}`);
      expect([name, replayed(again)]).toEqual([name, true]);
      if (!name.includes('already')) expect([name, ...shown(again)]).toEqual([name, ...first[name]]);
    }
    const items = (await call('GET', '/keyed/1/main')).text;
    for (const [name, request] of all) {
      const later = await ask(request, `key of ${name}`);
      expect([name, replayed(later)]).toEqual([name, true]);
      if (!name.includes('already')) expect([name, ...shown(later)]).toEqual([name, ...(first[name] ?? [])]);
    }
    expect((await call('GET', '/keyed/1/main')).text).toBe(items);
    await call('POST', '/v1/entity-types', TYPE);
  });

  it('that comes ten times at once has one effect', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask(['POST', '/v1/entities/keyed/4/send', { payload: 'once' }], 'at once')),
    );
    expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    expect(answers.filter(replayed)).toHaveLength(9);
    const spawns = await Promise.all(Array.from({ length: 10 }, () => ask(['PUT', '/v1/entities/keyed/5', {}], 'k')));
    expect(new Set(spawns.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    expect(await sends('4')).toEqual(['once']);
  });

  it('cannot be used for another request', async () => {
    const send = (payload: unknown): Request => ['POST', '/v1/entities/keyed/4/send', { payload }];
    expect((await ask(send(1), 'another')).status).toBe(200);
    expect(code(await ask(send(2), 'another'))).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const stream = (ttl: string): Request => ['PUT', '/v1/stream/ttl', undefined, { 'stream-ttl': ttl }];
    expect((await ask(stream('60'), 'another')).status).toBe(201);
    expect(code(await ask(stream('61'), 'another'))).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const tag = (value: string): Request => ['POST', '/v1/entities/keyed/4/tags/same', { value }];
    await ask(tag('1'), 'no key of this test');
    expect((await ask(tag('1'), 'nothing to do')).status).toBe(200);
    expect(code(await ask(tag('2'), 'nothing to do'))).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const type = (description: string): Request => ['POST', '/v1/entity-types', { name: 'other', description }];
    expect((await ask(type('a'), 'another')).status).toBe(201);
    expect(code(await ask(type('b'), 'another'))).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('of a tag that was there stays without effect when the tag changes', async () => {
    const tag = (value: string): Request => ['POST', '/v1/entities/keyed/4/tags/moving', { value }];
    await ask(tag('1'), 'first');
    const nothing = await ask(tag('1'), 'second');
    await ask(tag('2'), 'third');
    const again = await ask(tag('1'), 'second');
    expect([again.status, again.text, replayed(again)]).toEqual([nothing.status, nothing.text, true]);
    expect((await call('GET', '/v1/entities/keyed/4')).json).toMatchObject({ tags: { moving: '2' } });
  });

  it('is another one for another principal, method or route', async () => {
    await granted('/v1/entities/keyed/4/grants', 'write');
    const before = (await sends('4')).length;
    const send: Request = ['POST', '/v1/entities/keyed/4/send', { payload: 'who' }];
    for (const who of ['user:a', 'user:b']) {
      const answer = await ask(send, 'shared', { 'electric-principal': who });
      expect([answer.status, replayed(answer)]).toEqual([200, false]);
    }
    expect((await ask(['POST', '/v1/entities/keyed/4/tags/shared', { value: 'v' }], 'shared')).status).toBe(200);
    expect(replayed(await ask(['DELETE', '/v1/entities/keyed/4/tags/shared'], 'shared'))).toBe(false);
    expect(await sends('4')).toHaveLength(before + 2);
  });

  it('of a refused request may be used again: it is decided anew', async () => {
    const tag: Request = ['POST', '/v1/entities/keyed/late/tags/t', { value: 'v' }];
    expect(code(await ask(tag, 'early'))).toEqual([404, 'NOT_FOUND']);
    await call('PUT', '/v1/entities/keyed/late');
    expect([(await ask(tag, 'early')).status, replayed(await ask(tag, 'early'))]).toEqual([200, true]);
  });

  it('of a spawn whose message was refused repeats that refusal, although the type would take the message now', async () => {
    const spawn: Request = [
      'PUT',
      '/v1/entities/keyed/refused',
      { initialMessage: { n: 'no number' }, initialMessageType: 'counted' },
    ];
    const refused = await ask(spawn, 'refused');
    expect(code(refused)).toEqual([422, 'SCHEMA_VALIDATION_FAILED']);
    expect((await ask(spawn, 'refused')).text).toBe(refused.text);
    await call('POST', '/v1/entity-types', { ...TYPE, inbox_schemas: { counted: {} } });
    expect(code(await ask(spawn, 'refused'))).toEqual([422, 'SCHEMA_VALIDATION_FAILED']);
    expect(await sends('refused')).toEqual([]);
    await call('POST', '/v1/entity-types', TYPE);
  });

  it('of a row repeats its answer, although the type opens the collection to nobody any more', async () => {
    const row: Request = ['POST', '/v1/entities/keyed/4/collections/notes', { operation: 'insert', value: { n: 1 } }];
    const written = await ask(row, 'row');
    await call('POST', '/v1/entity-types', {
      ...TYPE,
      externally_writable_collections: { notes: { type: 'other', operations: [] } },
    });
    expect((await ask(row, 'row new')).status).toBe(403);
    const again = await ask(row, 'row');
    expect([shown(again), replayed(again)]).toEqual([shown(written), true]);
    await call('POST', '/v1/entity-types', TYPE);
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['not ASCII', 'schlüssel'],
    ['a control character', 'a\tb'],
  ])('that is no key is refused: %s', async (_what, key) => {
    const body = '{"payload":1}';
    const answer = await rawHttp(
      gateway.url,
      Buffer.from(
        `POST /v1/entities/keyed/4/send HTTP/1.1\r\nhost: x\r\nconnection: close\r\nidempotency-key: ${key}\r\n` +
          `content-length: ${String(body.length)}\r\n\r\n${body}`,
      ),
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 [^]*"INVALID_REQUEST","message":"Idempotency-Key /);
  });

  it('must not come twice in one request; the case of its name does not matter', async () => {
    const head = 'PUT /v1/entities/keyed/cased HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n';
    expect(await rawHttp(gateway.url, `${head}idempotency-key: a\r\nIdempotency-Key: b\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 400 [^]*more than one/,
    );
    expect(await rawHttp(gateway.url, `${head}IDEMPOTENCY-KEY: a b\r\n\r\n`)).toMatch(/^HTTP\/1.1 201 /);
    expect(await rawHttp(gateway.url, `${head}Idempotency-Key: a b\r\n\r\n`)).toMatch(/idempotency-replayed: true/);
  });

  it('means nothing on a request that only reads', async () => {
    expect((await call('GET', '/v1/entities/keyed/4', undefined, { 'idempotency-key': 'k'.repeat(300) })).status).toBe(
      200,
    );
  });

  it('of a body of megabytes tells bodies apart', async () => {
    const large = (end: string): Request => ['POST', '/v1/stream/large', 'x'.repeat(3_000_000) + end];
    await call('PUT', '/v1/stream/large');
    const type = { 'content-type': 'application/octet-stream' };
    const first = await ask(large('a'), 'large', type);
    expect([first.status, replayed(await ask(large('a'), 'large', type))]).toEqual([204, true]);
    expect(code(await ask(large('b'), 'large', type))).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
  });
});
