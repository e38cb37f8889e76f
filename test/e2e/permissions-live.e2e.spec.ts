import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';
import { asOf, Makes, must, toPrincipal } from './permissions/as.js';
import { LiveReader } from './permissions/live-reader.js';

const [OWNER, BOB] = ['user:owner', 'user:bob'];

let gateway: RunningGateway;
const as = asOf(caller(() => gateway.url));
const makes = new Makes(as);
const readers: LiveReader[] = [];

beforeAll(async () => {
  gateway = await startMemoryGateway();
  await makes.type();
});
afterAll(async () => {
  for (const reader of readers) reader.leave();
  await gateway.stop();
});

const follow = async (path: string, who: string): Promise<LiveReader> => {
  const reader = await LiveReader.open(`${gateway.url}/${path}/main?offset=-1&live=sse`, who);
  readers.push(reader);
  return reader;
};
const say = async (path: string, text: string): Promise<void> => {
  must(await as(OWNER)('POST', `/v1/entities/${path}/send`, { payload: text }), 200);
};

interface Place {
  /** What is read, and where the grant is. */
  readonly path: string;
  readonly granted: string;
  readonly propagation: string;
}

const PLACES: readonly (readonly [string, () => Promise<Place>])[] = [
  [
    'itself',
    async () => {
      const path = await makes.entity(OWNER);
      return { path, granted: path, propagation: 'self' };
    },
  ],
  [
    'an ancestor',
    async () => {
      const granted = await makes.entity(OWNER);
      return { path: await makes.child(await makes.child(granted, OWNER), OWNER), granted, propagation: 'descendants' };
    },
  ],
];

describe.each(PLACES)('a live reader by a grant on %s', (_where, place) => {
  it('reads until it is revoked, and nothing that comes after', async () => {
    const { path, granted, propagation } = await place();
    const id = await makes.grant(granted, toPrincipal(BOB, 'read', { propagation }));
    const [reader, owner] = [await follow(path, BOB), await follow(path, OWNER)];
    await say(path, 'before');
    await reader.has('before');
    await makes.revoke(granted, id);
    await say(path, 'after');
    await owner.has('after');
    await reader.ended;
    expect(reader.text).not.toContain('after');
    expect((await as(BOB)('GET', `/${path}/main`)).status).toBe(401);
  });

  it('is cut off when nothing is written either', async () => {
    const { path, granted, propagation } = await place();
    const id = await makes.grant(granted, toPrincipal(BOB, 'read', { propagation }));
    const reader = await follow(path, BOB);
    const tail = must(await as(BOB)('GET', `/${path}/main?offset=now`), 200).headers.get('stream-next-offset');
    const polling = as(BOB)('GET', `/${path}/main?offset=${String(tail)}&live=long-poll`);
    await reader.has('entity-created');
    await makes.revoke(granted, id);
    await reader.ended;
    // It may have been answered just before: nothing is in that answer.
    expect([401, 204]).toContain((await polling).status);
  });

  it('is cut off when the grant expires, however much is written', async () => {
    const { path, granted, propagation } = await place();
    const expires = Date.now() + 600;
    await makes.grant(granted, toPrincipal(BOB, 'read', { propagation, expires_at: new Date(expires).toISOString() }));
    const reader = await follow(path, BOB);
    let ended = false;
    const end = reader.ended.then(() => (ended = true));
    for (let n = 0; !ended; n += 1) await say(path, `message ${String(n)}`);
    await end;
    expect(Date.now()).toBeGreaterThanOrEqual(expires - 1);
    await reader.has('message 0');
  });

  it('reads on while another grant lets it', async () => {
    const { path, granted, propagation } = await place();
    const ids = [
      await makes.grant(granted, toPrincipal(BOB, 'read', { propagation })),
      await makes.grant(granted, toPrincipal(BOB, 'manage', { propagation })),
    ];
    const reader = await follow(path, BOB);
    for (const [n, id] of ids.entries()) {
      await say(path, `before ${String(n)}`);
      await reader.has(`before ${String(n)}`);
      await makes.revoke(granted, id);
    }
    await reader.ended;
  });
});

describe('a live reader', () => {
  it('that owns the entity, or passes every check, is never cut off', async () => {
    const path = await makes.entity(OWNER);
    const id = await makes.grant(path, toPrincipal(OWNER, 'read'));
    const reader = await follow(path, OWNER);
    await makes.revoke(path, id);
    await say(path, 'still here');
    await reader.has('still here');
  });

  it('is not let in without a grant', async () => {
    const path = await makes.entity(OWNER);
    for (const live of ['sse', 'long-poll'])
      expect((await as(BOB)('GET', `/${path}/main?offset=-1&live=${live}`)).status).toBe(401);
  });
});

describe('a shared state', () => {
  let states = 0;
  const fresh = (): string => {
    states += 1;
    return `/_electric/shared-state/s${String(states)}`;
  };
  const JSON_TYPE = { 'content-type': 'application/json' };
  const owned = (path: string): Record<string, string> => ({ ...JSON_TYPE, 'electric-owner-entity': `/${path}` });

  it('is made by whoever may write the entity it is to belong to, and linked to that at once', async () => {
    const [state, path] = [fresh(), await makes.entity(OWNER)];
    expect((await as(OWNER)('PUT', state, '[]', JSON_TYPE)).status).toBe(401);
    expect((await as(BOB)('PUT', state, '[]', owned(path))).status).toBe(401);
    expect((await as(OWNER)('PUT', state, '[]', owned('chat/nowhere'))).status).toBe(401);
    expect((await as()('GET', state)).status).toBe(404);
    expect((await as(OWNER)('PUT', state, '[]', owned(path))).status).toBe(201);
    expect((await as(OWNER)('POST', state, '[1]', JSON_TYPE)).status).toBe(204);
    expect((await as(OWNER)('PUT', state, undefined, JSON_TYPE)).status).toBe(200);
    expect((await as(OWNER)('GET', state)).json).toEqual([1]);
    expect((await as(OWNER)('HEAD', `/v1/stream${state}`)).status).toBe(200);
  });

  it('is for whoever may do the same with an entity it is linked to', async () => {
    const [state, path] = [fresh(), await makes.entity(OWNER)];
    must(await as(OWNER)('PUT', state, '[]', owned(path)), 201);
    expect((await as(BOB)('GET', state)).status).toBe(401);
    await makes.grant(path, toPrincipal(BOB, 'read'));
    expect((await as(BOB)('GET', state)).status).toBe(200);
    expect((await as(BOB)('HEAD', state)).status).toBe(200);
    expect((await as(BOB)('POST', state, '[1]', JSON_TYPE)).status).toBe(401);
    const id = await makes.grant(path, toPrincipal(BOB, 'write'));
    expect((await as(BOB)('POST', state, '[1]', JSON_TYPE)).status).toBe(204);
    await makes.revoke(path, id);
    expect((await as(BOB)('POST', state, '[1]', JSON_TYPE)).status).toBe(401);
  });

  it('with a link is not opened by naming another entity', async () => {
    const [state, path, own] = [fresh(), await makes.entity(OWNER), await makes.entity(BOB)];
    must(await as(OWNER)('PUT', state, '[]', owned(path)), 201);
    for (const method of ['GET', 'HEAD', 'POST', 'PUT'])
      expect((await as(BOB)(method, state, /^P/.test(method) ? '[1]' : undefined, owned(own))).status).toBe(401);
  });

  it('without a link is read by the name of an entity the caller may read', async () => {
    const [state, own] = [fresh(), await makes.entity(BOB)];
    must(await as()('PUT', state, '[7]', JSON_TYPE), 201);
    expect((await as(BOB)('GET', state, undefined, JSON_TYPE)).status).toBe(401);
    expect((await as(BOB)('GET', state, undefined, owned(own))).json).toEqual([7]);
    // Reading links nothing.
    expect((await as(BOB)('GET', state)).status).toBe(401);
    expect((await as(BOB)('GET', state, undefined, { 'electric-owner-entity': 'nonsense' })).status).toBe(400);
  });

  it('belongs to more than one entity', async () => {
    const [state, first, second] = [fresh(), await makes.entity(OWNER), await makes.entity(OWNER)];
    must(await as(OWNER)('PUT', state, '[]', owned(first)), 201);
    must(await as(OWNER)('POST', state, '[1]', owned(second)), 204);
    await makes.grant(second, toPrincipal(BOB, 'read'));
    expect((await as(BOB)('GET', state)).json).toEqual([1]);
  });

  it('is linked to nothing that is not the caller’s to write', async () => {
    const [state, path, foreign] = [fresh(), await makes.entity(OWNER), await makes.entity('user:carol')];
    must(await as(OWNER)('PUT', state, '[]', owned(path)), 201);
    must(await as(OWNER)('POST', state, '[1]', owned(foreign)), 204);
    expect((await as('user:carol')('GET', state)).status).toBe(401);
  });

  it('is linked once by many who come at the same time, each by his own', async () => {
    const state = fresh();
    const users = ['user:u1', 'user:u2', 'user:u3', 'user:u4'];
    const own = await Promise.all(users.map((user) => makes.entity(user)));
    const statuses = await Promise.all(
      users.map(async (user, n) => (await as(user)('PUT', state, '[]', owned(own[n] ?? ''))).status),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
    const winner = users[statuses.indexOf(201)];
    for (const user of users) expect((await as(user)('GET', state)).status).toBe(user === winner ? 200 : 401);
  });

  it('is deleted by nobody, has no end, and is no fork', async () => {
    const [state, path] = [fresh(), await makes.entity(OWNER)];
    expect((await as(OWNER)('PUT', state, '[]', { ...owned(path), 'stream-ttl': '60' })).status).toBe(400);
    const forked = { ...owned(path), 'stream-forked-from': '/files/x' };
    expect((await as(OWNER)('PUT', state, undefined, forked)).status).toBe(409);
    must(await as(OWNER)('PUT', state, '[]', owned(path)), 201);
    for (const who of [OWNER, BOB, undefined]) expect((await as(who)('DELETE', state)).status).toBe(401);
    expect((await as(OWNER)('GET', state)).status).toBe(200);
  });

  it('cuts its live readers off', async () => {
    const [state, path] = [fresh(), await makes.entity(OWNER)];
    must(await as(OWNER)('PUT', state, '[{"n":"first"}]', owned(path)), 201);
    const id = await makes.grant(path, toPrincipal(BOB, 'read'));
    const reader = await LiveReader.open(`${gateway.url}${state}?offset=-1&live=sse`, BOB);
    readers.push(reader);
    await reader.has('first');
    await makes.revoke(path, id);
    must(await as(OWNER)('POST', state, '[{"n":"second"}]', JSON_TYPE), 204);
    await reader.ended;
    expect(reader.text).not.toContain('second');
  });
});

describe('an attachment as a stream', () => {
  it('is looked for by those who may read its entity, and posted to by nobody', async () => {
    const path = await makes.entity(OWNER);
    const stream = `/${path}/attachments/a`;
    expect((await as(BOB)('GET', '/chat/nowhere/attachments/a')).status).toBe(404);
    expect((await as(BOB)('GET', stream)).status).toBe(401);
    expect((await as(BOB)('HEAD', `/v1/stream${stream}`)).status).toBe(401);
    expect((await as(OWNER)('GET', stream)).status).toBe(404);
    for (const who of [OWNER, undefined]) expect((await as(who)('POST', stream, 'x')).status).toBe(401);
    expect((await as(OWNER)('PUT', stream, 'x')).status).toBe(403);
  });
});
