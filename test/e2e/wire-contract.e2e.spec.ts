/*
 * Details of the wire contract that clients meet seldom: which of several faults is told, what is told with it, which paths
 * are streams. A gateway in memory is enough.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, type Headered } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';
import { refused } from './support/refused.js';

const TYPES = '/_electric/entity-types';
const BOB = { 'electric-principal': 'user:bob' };
const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: RunningGateway;
const call = caller(() => gateway.url);

beforeAll(async () => {
  gateway = await startMemoryGateway();
  const note = { type: 'object', properties: { text: { type: 'string' }, at: { type: 'integer' } } };
  const state_schemas = { run: { type: 'object' }, note };
  const externally_writable_collections = { notes: { type: 'note' } };
  await call('POST', TYPES, { name: 'chat', description: 'talks', state_schemas, externally_writable_collections });
});
afterAll(() => gateway.stop());

/** A new entity, and the headers of whoever works for it. */
const working = async (id: string): Promise<Headered> => {
  expect((await call('PUT', `/_electric/entities/chat/${id}`)).status).toBe(201);
  const { json } = await call('POST', `/_electric/entities/chat/${id}/claim`, { runner: 'r' });
  return { authorization: `Bearer ${String(json.token)}` };
};

describe('an append to a main stream', () => {
  const unreadable: readonly (readonly [string, string, Headered])[] = [
    ['half a producer', '{"type":"run"}', { ...JSON_TYPE, 'producer-id': 'p' }],
    ['a producer without numbers', '', { 'producer-id': 'p', 'producer-epoch': 'x', 'producer-seq': '0' }],
    ['JSON that is too deep', '['.repeat(1_000) + ']'.repeat(1_000), JSON_TYPE],
  ];

  it.each(unreadable)('with %s is told so after who may write, and what has ended', async (_what, body, headers) => {
    const id = `order-${String(body.length)}-${String(Object.keys(headers).length)}`;
    const main = `/chat/${id}/main`;
    const token = await working(id);
    expect(await call('POST', `/chat/missing-${id}/main`, body, headers)).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('POST', main, body, headers)).toMatchObject(refused(401, 'UNAUTHORIZED'));
    expect(await call('POST', main, body, { ...headers, ...token })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    await call('DELETE', `/_electric/entities/chat/${id}`);
    const ended = await call('POST', main, body, { ...headers, ...token });
    expect(ended).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(ended.headers.get('stream-closed')).toBe('true');
  });

  it('whose event is not as its schema says is told no details; a row of a collection is', async () => {
    const token = await working('schemas');
    const value = { text: 1, at: 'x' };
    const event = await call('POST', '/chat/schemas/main', [{ type: 'note', key: 'n', value }], {
      ...JSON_TYPE,
      ...token,
    });
    expect(event).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
    expect(event.json.error).not.toHaveProperty('details');
    const row = { operation: 'insert', value };
    const refusedRow = await call('POST', '/_electric/entities/chat/schemas/collections/notes', row);
    expect(refusedRow).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
    expect(refusedRow.json.error.details).toEqual([
      { path: '/text', message: 'must be string' },
      { path: '/at', message: 'must be integer' },
    ]);
  });

  it('tells whoever may not write nothing of the stream', async () => {
    await working('quiet');
    await call('DELETE', '/_electric/entities/chat/quiet');
    const { status, headers } = await call('POST', '/chat/quiet/main', '[{"type":"run"}]', { ...JSON_TYPE, ...BOB });
    expect([status, headers.get('stream-closed'), headers.get('stream-next-offset')]).toEqual([401, null, null]);
  });
});

describe('a path', () => {
  it('that only begins like one of the server is a stream', async () => {
    for (const path of ['/docsearch/x', '/docs-of-mine/x', '/healthy', '/v1x', '/metrics-1/x']) {
      expect([path, (await call('PUT', path, '', JSON_TYPE)).status]).toEqual([path, 201]);
      expect([path, (await call('GET', path)).text]).toEqual([path, '[]']);
    }
    for (const path of ['/docs/x', '/docs-json/x', '/health/x', '/v1/x'])
      expect([path, (await call('PUT', path, '', JSON_TYPE)).status]).toEqual([path, 404]);
    expect((await call('GET', '/docs-json')).json).toMatchObject({ openapi: expect.any(String) });
  });

  it('of an attachment says which entity is missing, also when its type is', async () => {
    for (const path of ['/chat/nobody/attachments/a', '/notype/x/attachments/a'])
      for (const headers of [{}, BOB]) {
        expect(await call('GET', path, undefined, headers)).toMatchObject(refused(404, 'NOT_FOUND'));
        expect((await call('HEAD', path, undefined, headers)).status).toBe(404);
      }
  });

  it('of a shared state is for reading, creating and appending only, whoever asks', async () => {
    for (const path of ['/_electric/shared-state/board', '/v1/stream/_electric/shared-state/board']) {
      await call('PUT', path, '', JSON_TYPE);
      for (const method of ['DELETE', 'PATCH'])
        expect([method, await call(method, path, '{}')]).toMatchObject([method, refused(401, 'UNAUTHORIZED')]);
    }
    expect(await call('PATCH', '/some/stream', '{}')).toMatchObject({ status: 404, text: '' });
    expect(await call('PATCH', '/_electric/entities/chat/x', '{}')).toMatchObject({ status: 404, text: '' });
  });
});

describe('a body', () => {
  it('is told every fault, wherever it is', async () => {
    const body = { name: 'x', description: 'y', inbox_schemas: { a: 1, b: [] }, slash_commands: [{}, { name: 1 }] };
    const registered = await call('POST', TYPES, body);
    expect(registered).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect(registered.json.error.details).toHaveLength(4);
    expect(registered.json.error.details).toEqual(
      expect.arrayContaining([
        { path: '/inbox_schemas/a', message: 'must be object' },
        { path: '/inbox_schemas/b', message: 'must be object' },
        { path: '/slash_commands/0', message: "must have required property 'name'" },
        { path: '/slash_commands/1/name', message: 'must be string' },
      ]),
    );
    await call('PUT', '/_electric/entities/chat/faulty');
    for (const [suffix, given, details] of [
      ['tags/t', { value: null }, [{ path: '/value', message: 'must be string' }]],
      ['signal', { signal: null }, [{ path: '/signal', message: 'must be equal to one of the allowed values' }]],
      ['send', 7, [{ path: '/', message: 'must be object' }]],
    ] as const) {
      const { json } = await call('POST', `/_electric/entities/chat/faulty/${suffix}`, given);
      expect([suffix, json.error.details]).toEqual([suffix, expect.arrayContaining([...details])]);
    }
  });
});
