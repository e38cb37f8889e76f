import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@app/platform/embedded/wait-until.js';
import type { Answer } from '../gateway/http.js';
import { refused } from '../support/refused.js';
import { BOB, must, OWNER, toKind, toPrincipal, urlOf, type World } from './as.js';

const FUTURE = '2999-01-01T00:00:00+02:00';

export const entityGrants = ({ as, makes }: World): void => {
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
      const ids = [
        await makes.grant(path, toPrincipal(BOB, 'read')),
        await makes.grant(path, toPrincipal(BOB, 'read')),
      ];
      expect(new Set(ids).size).toBe(2);
      await makes.revoke(path, ids[0] ?? 0);
      expect((await as(BOB)('GET', `/v1/entities/${path}`)).status).toBe(200);
      await makes.revoke(path, ids[1] ?? 0);
      expect((await as(BOB)('GET', `/v1/entities/${path}`)).status).toBe(401);
      expect(await as()('DELETE', `/v1/entities/${path}/grants/${String(ids[1])}`)).toMatchObject(
        refused(404, 'NOT_FOUND'),
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
        ...[
          '',
          '*',
          'bob',
          '/chat/1',
          '/principal/',
          '/principal/user%3A',
          '/principal/user%3Aa%2Fb',
          '/principal/%ZZ',
        ],
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
        refused(400, 'INVALID_REQUEST'),
      );
      expect(await as(OWNER)('PUT', '/v1/entities/chat/refused', { grants: [grant] })).toMatchObject(
        refused(400, 'INVALID_REQUEST'),
      );
      expect(must(await as()('GET', `/v1/entities/${path}/grants`), 200).json).toEqual({ grants: [] });
    });

    it.each(['0', '-1', '1.5', 'NaN', 'x', '%20', '1e3', '0x1', '01', '9007199254740992', '9'.repeat(400)])(
      'have no id %s',
      async (id) => {
        const path = await makes.entity(OWNER);
        expect(await as(OWNER)('DELETE', `/v1/entities/${path}/grants/${id}`)).toMatchObject(
          refused(400, 'INVALID_REQUEST'),
        );
        expect(await as()('DELETE', `/v1/entity-types/chat/grants/${id}`)).toMatchObject(
          refused(400, 'INVALID_REQUEST'),
        );
        expect(await as(OWNER)('DELETE', `/v1/entities/chat/nowhere/grants/${id}`)).toMatchObject(
          refused(404, 'NOT_FOUND'),
        );
      },
    );

    it('have a place that is full at some time', async () => {
      const path = await makes.entity(OWNER);
      let answer: Answer | undefined;
      for (let n = 0; n < 300 && answer?.status !== 400; n += 1)
        answer = await as(OWNER)('POST', `/v1/entities/${path}/grants`, toPrincipal(`user:${String(n)}`, 'read'));
      expect(answer).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect((await as('user:0')('GET', `/v1/entities/${path}`)).status).toBe(200);
    });
  });
};
