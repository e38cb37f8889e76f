import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, jsonOf, type Answer } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';
import { refused } from './support/refused.js';

let gateway: RunningGateway;
const call = caller(() => gateway.url);

const NUMBER = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
const TYPE = {
  name: 'chat',
  description: 'talks',
  state_schemas: { 'state:notes': NUMBER, 'state:log': {} },
  externally_writable_collections: {
    notes: { type: 'state:notes', operations: ['insert', 'update', 'delete'] },
    log: { type: 'state:log' },
    lost: { type: 'state:undeclared' },
  },
};

beforeAll(async () => {
  gateway = await startMemoryGateway();
  await call('POST', '/v1/entity-types', TYPE);
  for (const id of ['1', 'gone']) await call('PUT', `/v1/entities/chat/${id}`);
  const alice = { subject_kind: 'principal', subject_value: '/principal/user%3Aalice', permission: 'write' };
  for (const id of ['1', 'gone']) await call('POST', `/v1/entities/chat/${id}/grants`, alice);
  await call('POST', '/v1/entities/chat/gone/signal', { signal: 'SIGKILL' });
});
afterAll(() => gateway.stop());

interface Item {
  readonly type: string;
  readonly key: string;
  readonly value?: object;
  readonly headers: object;
}

const last = async (): Promise<Item | undefined> => jsonOf<readonly Item[]>(await call('GET', '/chat/1/main')).at(-1);

describe('messages in an inbox', () => {
  const edit = (key: string, body: unknown, id = '1'): Promise<Answer> =>
    call('PATCH', `/v1/entities/chat/${id}/inbox/${key}`, body);

  it('are changed, under keys of any characters', async () => {
    const { status, json } = await edit('a%20b%2Fc', { status: 'cancelled', payload: [1] });
    expect(status).toBe(200);
    expect(await last()).toMatchObject({
      type: 'inbox',
      key: 'a b/c',
      value: { payload: [1], status: 'cancelled', cancelled_at: expect.any(String) },
      headers: { txid: (json as { txid: string }).txid, operation: 'update' },
    });
  });

  it('are deleted', async () => {
    const { status } = await call('DELETE', '/_electric/entities/chat/1/inbox/m1');
    expect(status).toBe(200);
    expect(await last()).toMatchObject({ key: 'm1', headers: { operation: 'delete' } });
    expect(await last()).not.toHaveProperty('value');
  });

  it.each<[string, unknown, object]>([
    ['m', {}, refused(400, 'INVALID_REQUEST')],
    ['m', { status: 'done' }, refused(400, 'INVALID_REQUEST')],
    ['m', { position: 1 }, refused(400, 'INVALID_REQUEST')],
    ['m%00', { position: 'p' }, refused(400, 'INVALID_REQUEST')],
    ['m%zz', { position: 'p' }, refused(400, 'INVALID_REQUEST')],
    ['m', '{', refused(400, 'INVALID_REQUEST')],
  ])('%s with %j is refused and changes nothing', async (key, body, answer) => {
    const before = await last();
    expect(await edit(key, body)).toMatchObject(answer);
    expect(await last()).toEqual(before);
  });

  it('of entities that ended, or never were, are not changed', async () => {
    expect(await edit('m', { position: 'p' }, 'gone')).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await edit('m', { status: 1 }, 'nobody')).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('DELETE', '/v1/entities/chat/gone/inbox/m')).toMatchObject(refused(409, 'NOT_RUNNING'));
  });
});

describe('collections that the type opens', () => {
  const write = (collection: string, body: unknown, id = '1'): Promise<Answer> =>
    call('POST', `/v1/entities/chat/${id}/collections/${collection}`, body, { 'electric-principal': 'user:alice' });

  it('take rows, with who wrote them', async () => {
    const { status, json } = await write('notes', { operation: 'insert', value: { n: 1 } });
    expect(status).toBe(201);
    const { key } = json as { key: string };
    expect(key).toMatch(/^notes-[0-9a-f-]{36}$/);
    expect(await last()).toMatchObject({
      type: 'state:notes',
      key,
      value: { n: 1 },
      headers: { operation: 'insert', principal: { url: '/principal/user%3Aalice', kind: 'user', id: 'alice' } },
    });
    expect(await write('notes', { operation: 'update', key, value: { n: 2 } })).toMatchObject({
      status: 200,
      json: { key },
    });
    expect(await write('notes', { operation: 'delete', key })).toMatchObject({ status: 200, json: { key } });
    expect(await last()).toMatchObject({ key, headers: { operation: 'delete' } });
  });

  it.each<[string, unknown, object]>([
    ['inbox', { operation: 'insert', value: {} }, refused(403, 'UNAUTHORIZED')],
    ['__proto__', { operation: 'insert', value: {} }, refused(403, 'UNAUTHORIZED')],
    ['log', { operation: 'delete', key: 'a' }, refused(403, 'UNAUTHORIZED')],
    ['notes', { operation: 'insert' }, refused(400, 'INVALID_REQUEST')],
    ['notes', { operation: 'update', value: { n: 1 } }, refused(400, 'INVALID_REQUEST')],
    ['notes', { operation: 'upsert', value: { n: 1 } }, refused(400, 'INVALID_REQUEST')],
    ['notes', { operation: 'insert', value: { n: 1 }, more: 1 }, refused(400, 'INVALID_REQUEST')],
    ['notes', { operation: 'insert', value: [1] }, refused(400, 'INVALID_REQUEST')],
    ['notes', { operation: 'insert', value: { n: 'x' } }, refused(422, 'SCHEMA_VALIDATION_FAILED')],
    ['lost', { operation: 'insert', value: {} }, refused(422, 'UNKNOWN_EVENT_TYPE')],
  ])('%s refuses %j and nothing changes', async (collection, body, answer) => {
    const before = await last();
    expect(await write(collection, body)).toMatchObject(answer);
    expect(await last()).toEqual(before);
  });

  it('of entities that ended, or never were, take nothing', async () => {
    const row = { operation: 'insert', value: { n: 1 } };
    expect(await write('notes', row, 'gone')).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await write('notes', {}, 'nobody')).toMatchObject(refused(404, 'NOT_FOUND'));
  });
});
