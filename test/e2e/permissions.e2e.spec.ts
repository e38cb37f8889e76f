import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@app/platform/embedded/wait-until.js';
import { caller, type Answer } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';
import { asOf, Makes, must, send, toKind, toPrincipal, TYPE, urlOf } from './permissions/as.js';
import { ROUTES, type Route } from './permissions/routes.js';

const PERMISSIONS = ['read', 'write', 'delete', 'signal', 'fork', 'schedule', 'spawn', 'manage'];
const PAST = '2020-01-01T00:00:00Z';
const FUTURE = '2999-01-01T00:00:00+02:00';
const [OWNER, BOB] = ['user:owner', 'user:bob'];

let gateway: RunningGateway;
const as = asOf(caller(() => gateway.url));
const makes = new Makes(as);

beforeAll(async () => {
  gateway = await startMemoryGateway();
  await makes.type();
});
afterAll(() => gateway.stop());

const refusal = (status: number, code: string): object => ({ status, json: { error: { code } } });
const unauthorized = refusal(401, 'UNAUTHORIZED');

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
        expect(await send(as(BOB), { ...request, body: badBody })).toMatchObject(refusal(404, 'NOT_FOUND'));
        const there = await route.request(await withGrants(), own, makes);
        expect(await send(as(BOB), { ...there, body: badBody })).toMatchObject(refusal(400, 'INVALID_REQUEST'));
      });
  },
);

describe('a refusal', () => {
  it('has its code and changes nothing', async () => {
    const path = await makes.entity(OWNER);
    const before = (await as()('GET', `/${path}/main`)).text;
    expect(await as(BOB)('POST', `/v1/entities/${path}/send`, { payload: 1 })).toMatchObject(unauthorized);
    expect(await as(BOB)('POST', `/v1/entities/${path}/signal`, { signal: 'SIGKILL' })).toMatchObject(unauthorized);
    expect((await as()('GET', `/${path}/main`)).text).toBe(before);
  });

  it('of a sender who names somebody else is told to whoever may write', async () => {
    const path = await makes.entity(OWNER);
    const body = { payload: 1, from: '/principal/user%3Acarol' };
    expect(await as(BOB)('POST', `/v1/entities/${path}/send`, body)).toMatchObject(unauthorized);
    await makes.grant(path, toPrincipal(BOB, 'write'));
    expect(await as(BOB)('POST', `/v1/entities/${path}/send`, body)).toMatchObject(refusal(400, 'INVALID_REQUEST'));
  });

  it('comes before what the state of the entity refuses', async () => {
    const path = await makes.entity(OWNER);
    must(await as(OWNER)('DELETE', `/v1/entities/${path}`), 200);
    expect(await as(BOB)('POST', `/v1/entities/${path}/send`, { payload: 1 })).toMatchObject(unauthorized);
    expect(await as(OWNER)('POST', `/v1/entities/${path}/send`, { payload: 1 })).toMatchObject(
      refusal(409, 'NOT_RUNNING'),
    );
  });

  it('of a broad grant is 401 although the principal may spawn', async () => {
    const path = await makes.entity(OWNER);
    await makes.grant(path, toPrincipal(BOB, 'spawn'));
    const spawn = (id: string, ...grants: readonly object[]): Promise<Answer> =>
      as(BOB)('PUT', `/v1/entities/chat/${id}`, { parent: `/${path}`, grants });
    expect(await spawn('narrow', toPrincipal('user:carol', 'read', { propagation: 'self' }))).toMatchObject({
      status: 201,
    });
    expect(await spawn('broad', toPrincipal('user:carol', 'read'), toKind('agent', 'read'))).toMatchObject(
      unauthorized,
    );
    expect((await as()('GET', '/v1/entities/chat/broad')).status).toBe(404);
  });
});

describe('entity grants', () => {
  it('are read back as they were given, by id', async () => {
    const path = await makes.entity(OWNER, { grants: [toKind('agent', 'write', { copy_to_children: true })] });
    const given = must(
      await as(OWNER)('POST', `/v1/entities/${path}/grants`, {
        ...toPrincipal(BOB, 'read', { propagation: 'descendants', expires_at: FUTURE }),
        subject_value: '/principal/user:bob',
      }),
      201,
    ).json as { id: number };
    const { json } = must(await as(OWNER)('GET', `/_electric/entities/${path}/grants`), 200);
    const { grants } = json as { grants: readonly { id: number }[] };
    expect(grants).toEqual([
      {
        id: expect.any(Number),
        entity_url: `/${path}`,
        ...toKind('agent', 'write', { propagation: 'self', copy_to_children: true }),
        created_by: urlOf(OWNER),
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
      {
        id: given.id,
        entity_url: `/${path}`,
        ...toPrincipal(BOB, 'read', { propagation: 'descendants', copy_to_children: false }),
        expires_at: '2998-12-31T22:00:00.000Z',
        created_by: urlOf(OWNER),
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
    ]);
    expect(grants[1]).toEqual(given);
    expect((grants[0]?.id ?? 0) < given.id).toBe(true);
    expect(must(await as()('GET', `/v1/entities/${path}`), 200).json).not.toHaveProperty('grants');
  });

  it('are inserted also beside equal ones, and revoked one by one', async () => {
    const path = await makes.entity(OWNER);
    const ids = [await makes.grant(path, toPrincipal(BOB, 'read')), await makes.grant(path, toPrincipal(BOB, 'read'))];
    expect(new Set(ids).size).toBe(2);
    await makes.revoke(path, ids[0] ?? 0);
    expect((await as(BOB)('GET', `/v1/entities/${path}`)).status).toBe(200);
    await makes.revoke(path, ids[1] ?? 0);
    expect((await as(BOB)('GET', `/v1/entities/${path}`)).status).toBe(401);
    expect(await as()('DELETE', `/v1/entities/${path}/grants/${String(ids[1])}`)).toMatchObject(
      refusal(404, 'NOT_FOUND'),
    );
  });

  it('are copied to children as grants for themselves, which are copied on', async () => {
    const root = await makes.entity(OWNER, {
      grants: [toPrincipal(BOB, 'read', { copy_to_children: true }), toPrincipal('user:carol', 'read')],
    });
    const child = await makes.child(root, 'user:dave');
    const grandchild = await makes.child(child, 'user:dave');
    for (const path of [child, grandchild]) {
      expect((await as(BOB)('GET', `/v1/entities/${path}`)).status).toBe(200);
      expect((await as('user:carol')('GET', `/v1/entities/${path}`)).status).toBe(401);
    }
    const { json } = must(await as('user:dave')('GET', `/v1/entities/${grandchild}/grants`), 200);
    expect((json as { grants: unknown }).grants).toMatchObject([
      {
        ...toPrincipal(BOB, 'read', { propagation: 'self', copy_to_children: true }),
        entity_url: `/${grandchild}`,
        created_by: urlOf('user:dave'),
      },
    ]);
  });

  it('count for nothing from the moment they expire, and are not listed', async () => {
    const path = await makes.entity(OWNER);
    const expires_at = new Date(Date.now() + 400).toISOString();
    await makes.grant(path, toPrincipal(BOB, 'read', { expires_at }));
    const status = async (): Promise<number> => (await as(BOB)('GET', `/v1/entities/${path}`)).status;
    const ended = await waitUntil(async () => ((await status()) === 401 ? Date.now() : undefined), {
      withinMs: 10_000,
    });
    expect(ended).toBeGreaterThanOrEqual(Date.parse(expires_at));
    expect(must(await as()('GET', `/v1/entities/${path}/grants`), 200).json).toEqual({ grants: [] });
  });

  it('are given and revoked on what has ended: it is still read', async () => {
    const path = await makes.entity(OWNER);
    const id = await makes.grant(path, toPrincipal('user:carol', 'read'));
    must(await as(OWNER)('DELETE', `/v1/entities/${path}`), 200);
    await makes.grant(path, toPrincipal(BOB, 'read'));
    await makes.revoke(path, id);
    expect((await as(BOB)('GET', `/${path}/main`)).status).toBe(200);
    expect((await as('user:carol')('GET', `/${path}/main`)).status).toBe(401);
    expect((await as()('GET', `/v1/entities/${path}`)).json).toMatchObject({ status: 'killed' });
    expect((await as()('GET', `/${path}/main`)).headers.get('stream-closed')).toBe('true');
  });

  it.each<unknown>([
    {},
    { ...toPrincipal(BOB, 'read'), more: 1 },
    toPrincipal(BOB, 'own'),
    toPrincipal(BOB, 'READ'),
    { ...toPrincipal(BOB, 'read'), subject_kind: 'group' },
    { ...toPrincipal(BOB, 'read'), subject_value: 7 },
    ...[
      ...['', '*', 'bob', '/chat/1', '/principal/', '/principal/user%3A', '/principal/user%3Aa%2Fb', '/principal/%ZZ'],
      ...['/principal/user%3Aa%00', '/principal/user:a\u0000', '/principal/user:\ud800'],
      `/principal/user:${'x'.repeat(5000)}`,
    ].map((subject_value) => ({ ...toPrincipal(BOB, 'read'), subject_value })),
    ...['', 'users', 'principal', 'constructor'].map((kind) => toKind(kind, 'read')),
    ...[
      ...['', 'tomorrow', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00', '99999999999999', 'Infinity'],
      '2026-01-01T99:00:00Z',
    ].map((expires_at) => toPrincipal(BOB, 'read', { expires_at })),
    { ...toPrincipal(BOB, 'read'), expires_at: 5 },
    { ...toPrincipal(BOB, 'read'), expires_at: null },
    toPrincipal(BOB, 'read', { propagation: 'children' }),
    { ...toPrincipal(BOB, 'read'), copy_to_children: 'yes' },
  ])('refuse %j, at a spawn too', async (grant) => {
    const path = await makes.entity(OWNER);
    expect(await as(OWNER)('POST', `/v1/entities/${path}/grants`, grant)).toMatchObject(
      refusal(400, 'INVALID_REQUEST'),
    );
    expect(await as(OWNER)('PUT', '/v1/entities/chat/refused', { grants: [grant] })).toMatchObject(
      refusal(400, 'INVALID_REQUEST'),
    );
    expect(must(await as()('GET', `/v1/entities/${path}/grants`), 200).json).toEqual({ grants: [] });
  });

  it.each(['0', '-1', '1.5', 'NaN', 'x', '%20', '1e3', '0x1', '01', '9007199254740992', '9'.repeat(400)])(
    'have no id %s',
    async (id) => {
      const path = await makes.entity(OWNER);
      expect(await as(OWNER)('DELETE', `/v1/entities/${path}/grants/${id}`)).toMatchObject(
        refusal(400, 'INVALID_REQUEST'),
      );
      expect(await as()('DELETE', `/v1/entity-types/chat/grants/${id}`)).toMatchObject(refusal(400, 'INVALID_REQUEST'));
      expect(await as(OWNER)('DELETE', `/v1/entities/chat/nowhere/grants/${id}`)).toMatchObject(
        refusal(404, 'NOT_FOUND'),
      );
    },
  );

  it('have a place that is full at some time', async () => {
    const path = await makes.entity(OWNER);
    let answer: Answer | undefined;
    for (let n = 0; n < 300 && answer?.status !== 400; n += 1)
      answer = await as(OWNER)('POST', `/v1/entities/${path}/grants`, toPrincipal(`user:${String(n)}`, 'read'));
    expect(answer).toMatchObject(refusal(400, 'INVALID_REQUEST'));
    expect((await as('user:0')('GET', `/v1/entities/${path}`)).status).toBe(200);
  });
});

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

describe('an entity type', () => {
  let types = 0;
  const register = async (...grants: readonly object[]): Promise<string> => {
    types += 1;
    const name = `t${String(types)}`;
    must(await as()('POST', '/v1/entity-types', { ...TYPE, name, permission_grants: grants }), 201);
    return name;
  };
  type Asked = readonly [method: string, path: string, body?: unknown];
  const may: readonly (readonly [what: string, needs: string, answers: number, (name: string) => Asked])[] = [
    ['GET', 'spawn', 200, (name: string) => ['GET', `/v1/entity-types/${name}`]],
    ['spawn', 'spawn', 201, (name: string) => ['PUT', `/v1/entities/${name}/by-bob`]],
    ['registration again', 'manage', 201, (name: string) => ['POST', '/v1/entity-types', { ...TYPE, name }]],
    ['amendment', 'manage', 200, (name: string) => ['PATCH', `/v1/entity-types/${name}/schemas`, {}]],
    ['list of grants', 'manage', 200, (name: string) => ['GET', `/v1/entity-types/${name}/grants`]],
    ['grant', 'manage', 201, (name: string) => ['POST', `/v1/entity-types/${name}/grants`, toKind('agent', 'spawn')]],
    ['deletion', 'manage', 204, (name: string) => ['DELETE', `/v1/entity-types/${name}`]],
  ];

  it.each(may)('%s needs %s', async (_what, needs, answers, request) => {
    const ask = async (name: string, who?: string): Promise<number> => {
      const [method, path, body] = request(name);
      return (await as(who)(method, path, body)).status;
    };
    expect(await ask(await register(), BOB)).toBe(401);
    expect(await ask(await register(toKind('agent', 'manage')), BOB)).toBe(401);
    expect(await ask(await register(toPrincipal(BOB, 'manage', { expires_at: PAST })), BOB)).toBe(401);
    expect(await ask(await register(toPrincipal(BOB, 'spawn')), BOB)).toBe(needs === 'spawn' ? answers : 401);
    for (const grant of [toPrincipal(BOB, 'manage'), toKind('user', 'manage', { expires_at: FUTURE })])
      expect(await ask(await register(grant), BOB)).toBe(answers);
    expect(await ask(await register())).toBe(answers);
  });

  it('is missing before its body is bad, and that before it is not allowed', async () => {
    const amend = (name: string): Promise<Answer> => as(BOB)('PATCH', `/v1/entity-types/${name}/schemas`, { more: 1 });
    expect(await amend('missing')).toMatchObject(refusal(404, 'NOT_FOUND'));
    expect(await amend(await register())).toMatchObject(refusal(400, 'INVALID_REQUEST'));
    expect(await as(BOB)('PUT', '/v1/entities/missing/x', { tags: 7 })).toMatchObject(
      refusal(404, 'UNKNOWN_ENTITY_TYPE'),
    );
  });

  it('is registered by everybody where there is none, and then belongs to nobody', async () => {
    must(await as(BOB)('POST', '/v1/entity-types', { ...TYPE, name: 'mine', permission_grants: [] }), 201);
    expect(await as(BOB)('POST', '/v1/entity-types', { ...TYPE, name: 'mine' })).toMatchObject(unauthorized);
    expect(await as(BOB)('PUT', '/v1/entities/mine/1')).toMatchObject(unauthorized);
    must(await as()('DELETE', '/v1/entity-types/mine'), 204);
    must(await as(BOB)('POST', '/v1/entity-types', { ...TYPE, name: 'mine' }), 201);
    must(await as(BOB)('PUT', '/v1/entities/mine/1'), 201);
  });

  it('keeps what was granted when it is registered again, and has each grant of a registration once', async () => {
    const name = await register(toPrincipal(BOB, 'spawn'), toPrincipal(BOB, 'spawn'));
    must(await as()('POST', `/v1/entity-types/${name}/grants`, toPrincipal('user:carol', 'spawn')), 201);
    const again = { ...TYPE, name, permission_grants: [toPrincipal(BOB, 'spawn'), toPrincipal(BOB, 'manage')] };
    expect(must(await as()('POST', '/v1/entity-types', again), 201).json).toMatchObject({ revision: 2 });
    const { json } = must(await as(BOB)('GET', `/v1/entity-types/${name}/grants`), 200);
    const { grants } = json as { grants: readonly { id: number; permission: string; subject_value: string }[] };
    expect(grants.map(({ permission, subject_value }) => [permission, subject_value])).toEqual([
      ['spawn', urlOf(BOB)],
      ['spawn', urlOf('user:carol')],
      ['manage', urlOf(BOB)],
    ]);
    expect(grants[0]).toEqual({
      id: expect.any(Number),
      entity_type: name,
      ...toPrincipal(BOB, 'spawn'),
      created_by: urlOf('system:dev-local'),
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    // The schemas of what was spawned before a grant are found as ever.
    must(await as('user:carol')('PUT', `/v1/entities/${name}/1`), 201);
    must(await as(BOB)('DELETE', `/v1/entity-types/${name}/grants/${String(grants[1]?.id)}`), 204);
    expect(await as('user:carol')('PUT', `/v1/entities/${name}/2`)).toMatchObject(unauthorized);
    const row = { operation: 'insert', value: {} };
    must(await as('user:carol')('POST', `/v1/entities/${name}/1/collections/notes`, row), 201);
    expect(must(await as(BOB)('GET', `/v1/entity-types/${name}`), 200).json).toMatchObject({ revision: 2 });
    expect(await as(BOB)('DELETE', `/v1/entity-types/${name}/grants/${String(grants[1]?.id)}`)).toMatchObject(
      refusal(404, 'NOT_FOUND'),
    );
  });

  it('is listed for whoever may spawn it', async () => {
    const name = await register(toPrincipal(BOB, 'spawn'));
    const names = async (who?: string): Promise<readonly string[]> =>
      (must(await as(who)('GET', '/v1/entity-types'), 200).json as readonly { name: string }[]).map(
        (each) => each.name,
      );
    expect(await names(BOB)).toContain(name);
    expect(await names('user:carol')).not.toContain(name);
    expect(await names()).toContain(name);
  });

  it.each<unknown>([
    toPrincipal(BOB, 'read'),
    toPrincipal(BOB, 'spawn', { propagation: 'self' }),
    toPrincipal(BOB, 'spawn', { expires_at: 'soon' }),
    toKind('robot', 'spawn'),
    {},
  ])('refuses the grant %j', async (grant) => {
    expect(await as()('POST', '/v1/entity-types/chat/grants', grant)).toMatchObject(refusal(400, 'INVALID_REQUEST'));
    expect(await as()('POST', '/v1/entity-types', { ...TYPE, name: 'not', permission_grants: [grant] })).toMatchObject(
      refusal(400, 'INVALID_REQUEST'),
    );
  });

  it('says nothing about its entities to whoever manages it', async () => {
    const name = await register(toPrincipal(BOB, 'manage'), toPrincipal('user:carol', 'spawn'));
    must(await as('user:carol')('PUT', `/v1/entities/${name}/1`), 201);
    expect(await as(BOB)('GET', `/v1/entities/${name}/1`)).toMatchObject(unauthorized);
  });
});

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
