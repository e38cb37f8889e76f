import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller, jsonOf, type Answer } from './gateway/http.js';
import { Entities, type Item } from './support/entities.js';
import { Fleet } from './support/fleet.js';
import { until } from './support/until.js';

const LONG_MS = 120_000;
const ALICE = { 'electric-principal': 'user:alice' };
const BOB = { 'electric-principal': 'user:bob' };

let servers: TestServers;
let fleet: Fleet;
const call = caller(() => fleet.urls[0] ?? '');
const entities = new Entities(call);

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const { natsUrl, natsMonitorUrl, databaseUrl, dir } = servers;
  const copies = { gateway: 1, projector: 1, saga: 2 };
  fleet = await Fleet.start({
    natsUrl,
    natsMonitorUrl,
    databaseUrl,
    dir,
    copies,
    env: { LONG_POLL_TIMEOUT_MS: '2000' },
  });
  const users = { subject_kind: 'principal_kind', subject_value: 'user', permission: 'spawn' };
  const type = { name: 'member', description: 'for a test', permission_grants: [users] };
  expect((await call('POST', '/v1/entity-types', type)).status).toBe(201);
}, LONG_MS);

afterAll(async () => {
  await fleet.stop();
  await servers.stop();
}, LONG_MS);

const observe = async (tags: object, headers = {}): Promise<string> => {
  const answer = await call('POST', '/v1/observations/entities/ensure-stream', { tags }, headers);
  expect(answer.status).toBe(200);
  const { sourceRef, streamUrl } = answer.json;
  expect(sourceRef).toMatch(/^[0-9a-f]{16}-[0-9a-f]{16}$/);
  expect(streamUrl).toBe(`/_entities/${String(sourceRef)}`);
  return streamUrl as string;
};

const read = (stream: string, headers = {}): Promise<Answer> => call('GET', stream, undefined, headers);

/** Operation and entity of every event, once there are `count` of them. */
const told = async (stream: string, count: number, headers = {}): Promise<readonly string[]> => {
  const items = await until(`${String(count)} events of ${stream}`, async () => {
    const { json } = await read(stream, headers);
    return (json as readonly Item[]).length >= count
      ? (json as readonly (Item & { headers: { operation: string } })[])
      : undefined;
  });
  return items.map(({ key, headers: { operation } }) => `${operation} ${key}`);
};

describe('a membership stream', () => {
  it('tells who comes, changes and leaves', async () => {
    await entities.spawn('member/before', { tags: { team: 'blue', rank: '1' }, args: { a: 1 } });
    await entities.spawn('member/other', { tags: { team: 'red' } });
    const stream = await observe({ team: 'blue' });
    expect(await observe({ team: 'blue' })).toBe(stream);
    expect(await told(stream, 1)).toEqual(['insert /member/before']);
    const [first] = (await read(stream)).json;
    expect(first).toEqual({
      type: 'members',
      key: '/member/before',
      value: {
        url: '/member/before',
        type: 'member',
        status: 'idle',
        tags: { rank: '1', team: 'blue' },
        spawn_args: { a: 1 },
        parent: null,
        type_revision: 1,
        inbox_schemas: null,
        state_schemas: null,
        created_at: expect.any(Number),
        updated_at: expect.any(Number),
      },
      headers: { operation: 'insert', timestamp: expect.stringMatching(/Z$/), offset: expect.any(String) },
    });
    await entities.spawn('member/after', { tags: { team: 'blue' }, parent: '/member/before' });
    await told(stream, 2);
    await call('POST', '/v1/entities/member/before/tags/rank', { value: '2' });
    await told(stream, 3);
    await call('DELETE', '/v1/entities/member/after/tags/team');
    await told(stream, 4);
    await call('DELETE', '/v1/entities/member/before');
    expect(await told(stream, 5)).toEqual([
      'insert /member/before',
      'insert /member/after',
      'update /member/before',
      'delete /member/after',
      'update /member/before',
    ]);
    const items = (await read(stream)).json;
    expect(items[3]).toMatchObject({ old_value: { url: '/member/after', tags: { team: 'blue' } } });
    expect(items[3]).not.toHaveProperty('value');
    expect(items[4]).toMatchObject({ value: { status: 'killed' } });
  });

  it('shows to each principal what he may read, and nothing to others', async () => {
    await call('PUT', '/v1/entities/member/of-alice', { tags: { secret: 'yes' } }, ALICE);
    const ofAlice = await observe({ secret: 'yes' }, ALICE);
    const ofBob = await observe({ secret: 'yes' }, BOB);
    expect(ofBob).not.toBe(ofAlice);
    expect(await told(ofAlice, 1, ALICE)).toEqual(['insert /member/of-alice']);
    expect((await read(ofBob, BOB)).json).toEqual([]);
    const refused = { status: 401, json: { error: { code: 'UNAUTHORIZED' } } };
    expect(await read(ofAlice, BOB)).toMatchObject(refused);
    expect(await call('HEAD', ofAlice, undefined, BOB)).toMatchObject({ status: 401 });
    expect((await read(`/v1/stream${ofAlice}`, BOB)).status).toBe(401);
    expect((await read(ofAlice)).status).toBe(200);
    await call('PUT', '/v1/entities/member/of-bob', {}, BOB);
    const wake = { subscriberUrl: '/member/of-bob', condition: { on: 'change' } };
    expect(await call('POST', '/v1/wake', { ...wake, sourceUrl: ofAlice }, BOB)).toMatchObject(refused);
    expect((await call('POST', '/v1/wake', { ...wake, sourceUrl: ofBob }, BOB)).status).toBe(204);
  });

  it('follows what a principal may read: grants that are given, inherited, taken back, or expire', async () => {
    await call('PUT', '/v1/entities/member/shared', { tags: { shared: 'yes' } }, ALICE);
    const child = { tags: { shared: 'yes' }, parent: '/member/shared' };
    expect((await call('PUT', '/v1/entities/member/shared-child', child, ALICE)).status).toBe(201);
    const ofBob = await observe({ shared: 'yes' }, BOB);
    const grant = async (more: object): Promise<number> => {
      const bob = { subject_kind: 'principal', subject_value: '/principal/user%3Abob', permission: 'read', ...more };
      const { status, json } = await call('POST', '/v1/entities/member/shared/grants', bob, ALICE);
      expect(status).toBe(201);
      return json.id as number;
    };
    const revoke = async (id: number): Promise<void> => {
      const path = `/v1/entities/member/shared/grants/${String(id)}`;
      expect((await call('DELETE', path, undefined, ALICE)).status).toBe(204);
    };
    const direct = await grant({});
    expect(await told(ofBob, 1, BOB)).toEqual(['insert /member/shared']);
    const deep = await grant({ propagation: 'descendants' });
    expect((await told(ofBob, 2, BOB)).at(-1)).toBe('insert /member/shared-child');
    await revoke(direct);
    await revoke(deep);
    expect([...(await told(ofBob, 4, BOB))].slice(2).sort()).toEqual([
      'delete /member/shared',
      'delete /member/shared-child',
    ]);
    await grant({ expires_at: new Date(Date.now() + 3_000).toISOString() });
    expect((await told(ofBob, 5, BOB)).at(-1)).toBe('insert /member/shared');
    expect((await told(ofBob, 6, BOB)).at(-1)).toBe('delete /member/shared');
  });

  it('is written by the server only, and is there only when it was asked for', async () => {
    const stream = await observe({ nobody: 'has this' });
    expect((await call('POST', stream, '[]')).status).toBe(403);
    expect((await call('PUT', stream)).status).toBe(403);
    expect((await call('DELETE', stream)).status).toBe(403);
    expect((await call('GET', '/_entities/0000000000000000-0000000000000000')).status).toBe(404);
    expect(await call('POST', '/v1/observations/entities/ensure-stream', { tags: { a: 1 } })).toMatchObject({
      status: 400,
      json: { error: { code: 'INVALID_REQUEST', details: [{ path: '/tags/a', message: 'must be string' }] } },
    });
    expect((await call('POST', '/_electric/observations/entities/ensure-stream/')).status).toBe(200);
  });

  it('wakes whoever waits for members', async () => {
    const stream = await observe({ wakes: 'yes' });
    await entities.spawn('member/waiter');
    const registered = await call('POST', '/v1/wake', {
      subscriberUrl: '/member/waiter',
      sourceUrl: stream,
      condition: { on: 'change', collections: ['members'], ops: ['insert'] },
    });
    expect(registered.status).toBe(204);
    await entities.spawn('member/waited-for', { tags: { wakes: 'yes' } });
    await until('the wake', async () => (await entities.wakes('member/waiter')).length > 0);
    expect(await entities.wakes('member/waiter')).toEqual(['/member/waited-for']);
  });

  it(
    'is the same after its writers were killed, with what happened meanwhile, once',
    async () => {
      const stream = await observe({ team: 'green' });
      const count = 12;
      for (let n = 0; n < count; n += 1) await entities.spawn(`member/green-${String(n)}`, { tags: { team: 'green' } });
      // In the middle of telling.
      await told(stream, 1);
      await Promise.all([fleet.kill('saga', 0), fleet.kill('saga', 1)]);
      await call('DELETE', '/v1/entities/member/green-0/tags/team');
      await call('POST', '/v1/entities/member/green-1/tags/rank', { value: '1' });
      await Promise.all([fleet.launch('saga', 0), fleet.launch('saga', 1)]);
      const state = async (): Promise<ReadonlyMap<string, unknown>> => {
        const members = new Map<string, unknown>();
        for (const { key, value } of jsonOf<readonly Item[]>(await read(stream)))
          if (value === undefined) members.delete(key);
          else members.set(key, value.tags);
        return members;
      };
      await until('all members', async () => {
        const members = await state();
        return members.size === count - 1 && JSON.stringify(members.get('/member/green-1')).includes('rank');
      });
      const events = jsonOf<readonly (Item & { headers: { operation: string } })[]>(await read(stream));
      const inserts = events.filter(({ headers }) => headers.operation === 'insert').map(({ key }) => key);
      expect(new Set(inserts).size).toBe(inserts.length);
      const seen = new Map<string, string>();
      for (const { key, value } of events) {
        expect(seen.get(key)).not.toBe(JSON.stringify(value));
        seen.set(key, JSON.stringify(value));
      }
    },
    LONG_MS,
  );
});
