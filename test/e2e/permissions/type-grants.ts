import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../gateway/http.js';
import { refused } from '../support/refused.js';
import { BOB, must, toKind, toPrincipal, TYPE, unauthorized, urlOf, type World } from './as.js';

const FUTURE = '2999-01-01T00:00:00+02:00';

const PAST = '2020-01-01T00:00:00Z';

export const typeGrants = ({ as }: World): void => {
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
      const amend = (name: string): Promise<Answer> =>
        as(BOB)('PATCH', `/v1/entity-types/${name}/schemas`, { more: 1 });
      expect(await amend('missing')).toMatchObject(refused(404, 'NOT_FOUND'));
      expect(await amend(await register())).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await as(BOB)('PUT', '/v1/entities/missing/x', { tags: 7 })).toMatchObject(
        refused(404, 'UNKNOWN_ENTITY_TYPE'),
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
        refused(404, 'NOT_FOUND'),
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
      expect(await as()('POST', '/v1/entity-types/chat/grants', grant)).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(
        await as()('POST', '/v1/entity-types', { ...TYPE, name: 'not', permission_grants: [grant] }),
      ).toMatchObject(refused(400, 'INVALID_REQUEST'));
    });

    it('says nothing about its entities to whoever manages it', async () => {
      const name = await register(toPrincipal(BOB, 'manage'), toPrincipal('user:carol', 'spawn'));
      must(await as('user:carol')('PUT', `/v1/entities/${name}/1`), 201);
      expect(await as(BOB)('GET', `/v1/entities/${name}/1`)).toMatchObject(unauthorized);
    });
  });
};
