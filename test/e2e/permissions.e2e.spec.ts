import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caller, type Answer } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';
import { asOf, BOB, Makes, must, OWNER, send, toKind, toPrincipal, TYPE, urlOf } from './permissions/as.js';
import { entityGrants } from './permissions/entity-grants.js';
import { refusals } from './permissions/refusals.js';
import { ROUTES, type Route } from './permissions/routes.js';
import { typeGrants } from './permissions/type-grants.js';
import { refused } from './support/refused.js';

const PERMISSIONS = ['read', 'write', 'delete', 'signal', 'fork', 'schedule', 'spawn', 'manage'];
const PAST = '2020-01-01T00:00:00Z';
const FUTURE = '2999-01-01T00:00:00+02:00';

let gateway: RunningGateway;
const as = asOf(caller(() => gateway.url));
const makes = new Makes(as);
const world = { as, makes };

beforeAll(async () => {
  gateway = await startMemoryGateway();
  await makes.type();
});
afterAll(() => gateway.stop());

describe.each(ROUTES.map((route): [string, Route] => [`${route.name} (${route.needs})`, route]))(
  '%s',
  (_name, route) => {
    let own: string;
    beforeAll(async () => {
      own = await makes.entity(BOB);
    });

    const ask = async (path: string, who: string | undefined = BOB): Promise<number> =>
      (await send(as(who), await route.request(path, own, makes))).status;
    const withGrants = async (...grants: readonly Parameters<Makes['grant']>[1][]): Promise<string> => {
      const path = await makes.entity(OWNER);
      for (const grant of grants) await makes.grant(path, grant);
      return path;
    };

    it('is for nobody without a grant', async () => {
      expect(await ask(await withGrants())).toBe(401);
    });

    it('is for whom a grant of it, or of manage, names', async () => {
      for (const permission of [route.needs, 'manage'])
        expect(await ask(await withGrants(toPrincipal(BOB, permission)))).toBe(route.answers);
    });

    it('is not for whom every other grant names', async () => {
      const others = PERMISSIONS.filter((permission) => permission !== route.needs && permission !== 'manage');
      // A broad grant needs both; whoever may do neither alone may not do it.
      const path = await withGrants(...others.map((permission) => toPrincipal(BOB, permission)));
      expect(await ask(path)).toBe(401);
    });

    it('is for everybody of a kind that a grant names, and nobody of another', async () => {
      expect(await ask(await withGrants(toKind('user', route.needs)))).toBe(route.answers);
      expect(await ask(await withGrants(toKind('agent', 'manage')))).toBe(401);
      expect(await ask(await withGrants(toPrincipal('agent:bob', 'manage')))).toBe(401);
    });

    it('is for the owner, and for whoever passes every check', async () => {
      expect(await ask(await makes.entity(BOB))).toBe(route.answers);
      expect((await send(as(), await route.request(await withGrants(), own, makes))).status).toBe(route.answers);
    });

    it('is not for whom a grant named that has expired, or was revoked', async () => {
      expect(await ask(await withGrants(toPrincipal(BOB, route.needs, { expires_at: PAST })))).toBe(401);
      const path = await withGrants(toPrincipal(BOB, 'fork', { expires_at: FUTURE }));
      const id = await makes.grant(path, toPrincipal(BOB, 'manage'));
      await makes.revoke(path, id);
      expect(await ask(path)).toBe(401);
    });

    it('is for whom a grant above names that reaches what is below', async () => {
      const root = await makes.entity(OWNER);
      const middle = await makes.child(root, OWNER);
      const path = await makes.child(middle, OWNER);
      await makes.grant(middle, toPrincipal(BOB, route.needs));
      expect(await ask(path)).toBe(401);
      await makes.grant(root, toPrincipal(BOB, route.needs, { propagation: 'descendants', expires_at: PAST }));
      expect(await ask(path)).toBe(401);
      const id = await makes.grant(root, toPrincipal(BOB, route.needs, { propagation: 'descendants' }));
      expect(await ask(path)).toBe(route.answers);
      expect(await ask(await makes.child(middle, OWNER))).toBe(route.answers);
      await makes.revoke(root, id);
      expect(await ask(await makes.child(middle, OWNER))).toBe(401);
    });

    it('is not for whoever owns what is above', async () => {
      const root = await makes.entity(BOB);
      expect(await ask(await makes.child(root, OWNER))).toBe(401);
    });

    const { badBody } = route;
    if (badBody !== undefined)
      it('tells of a missing entity before a bad body, and of that before a missing permission', async () => {
        const request = await route.request('chat/nowhere', own, makes);
        expect(await send(as(BOB), { ...request, body: badBody })).toMatchObject(refused(404, 'NOT_FOUND'));
        const there = await route.request(await withGrants(), own, makes);
        expect(await send(as(BOB), { ...there, body: badBody })).toMatchObject(refused(400, 'INVALID_REQUEST'));
      });
  },
);

refusals(world);
entityGrants(world);

describe('the history of an entity', () => {
  it('says who was granted what to those who manage it, and to other readers all the rest', async () => {
    const path = await makes.entity(OWNER, { grants: [toPrincipal(BOB, 'read'), toPrincipal('user:carol', 'manage')] });
    await makes.revoke(path, await makes.grant(path, toPrincipal('user:dave', 'read')));
    must(await as(OWNER)('POST', `/v1/entities/${path}/signal`, { signal: 'SIGSTOP' }), 200);
    const history = async (who: string): Promise<Answer> =>
      must(await as(who)('GET', `/v1/entities/${path}/history`), 200);
    const types = ({ json }: Answer): readonly string[] =>
      (json as readonly { events: readonly { type: string }[] }[]).flatMap(({ events }) =>
        events.map(({ type }) => type),
      );
    expect(types(await history('user:carol'))).toEqual(['spawned', 'granted', 'revoked', 'status']);
    const told = await history(BOB);
    expect(types(told)).toEqual(['spawned', 'status']);
    for (const secret of ['carol', 'dave', 'grants']) expect(told.text).not.toContain(secret);
    expect((await as('user:eve')('GET', `/v1/entities/${path}/history`)).status).toBe(401);
  });
});

describe('the entity of a principal', () => {
  it('belongs to that principal', async () => {
    const bob = `/v1/entities${urlOf(BOB)}`;
    expect((await as(BOB)('GET', bob)).status).toBe(200);
    expect((await as('user:carol')('GET', bob)).status).toBe(401);
    expect((await as('user:carol')('POST', `${bob}/send`, { payload: 1 })).status).toBe(401);
    must(await as(BOB)('POST', `${bob}/grants`, toKind('user', 'write')), 201);
    expect((await as('user:carol')('POST', `${bob}/send`, { payload: 1 })).status).toBe(200);
  });
});

typeGrants(world);

describe('wake registration', () => {
  it('is not checked under the older prefix in development', async () => {
    const [source, subscriber] = [await makes.entity(OWNER), await makes.entity(OWNER)];
    const body = { subscriberUrl: `/${subscriber}`, sourceUrl: `/${source}`, condition: 'runFinished' };
    expect((await as(BOB)('POST', '/_electric/wake', body)).status).toBe(204);
    expect((await as(BOB)('POST', '/v1/wake', body)).status).toBe(401);
    expect((await as(BOB)('POST', '/v1/wake', { ...body, sourceUrl: '/chat/nowhere' })).status).toBe(401);
    expect((await as(OWNER)('POST', '/v1/wake', { ...body, sourceUrl: '/chat/nowhere' })).status).toBe(404);
  });

  it('on what belongs to nobody needs the subscriber only', async () => {
    const own = await makes.entity(BOB);
    const body = { subscriberUrl: `/${own}`, sourceUrl: '/_cron/x', condition: { on: 'change' } };
    expect((await as(BOB)('POST', '/v1/wake', body)).status).toBe(204);
  });
});

describe('in production', () => {
  let production: RunningGateway;
  beforeAll(async () => {
    production = await startMemoryGateway('production');
  });
  afterAll(() => production.stop());

  it('wake registration is checked under both prefixes', async () => {
    const by = asOf(caller(() => production.url));
    must(await by(OWNER)('POST', '/v1/entity-types', TYPE), 201);
    for (const id of ['1', '2']) must(await by(OWNER)('PUT', `/v1/entities/chat/${id}`), 201);
    const body = { subscriberUrl: '/chat/1', sourceUrl: '/chat/2', condition: 'runFinished' };
    for (const prefix of ['/_electric', '/v1']) {
      expect((await by(BOB)('POST', `${prefix}/wake`, body)).status).toBe(401);
      expect((await by(OWNER)('POST', `${prefix}/wake`, body)).status).toBe(204);
    }
  });
});
