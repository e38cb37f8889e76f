import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { jsonOf } from '../gateway/http.js';
import { refused } from '../support/refused.js';
import type { ControlPlane } from './control-plane.js';

export const reading = ({ call, register, spawn, signal }: ControlPlane): void => {
  describe('reading', () => {
    it('tells a missing entity from a missing type', async () => {
      const type = await register();
      for (const [method, suffix, body] of [
        ['GET', '', undefined],
        ['DELETE', '', undefined],
        ['POST', '/send', '{'],
        ['POST', '/signal', '{'],
        ['POST', '/tags/a', '{'],
        ['DELETE', '/tags/a', undefined],
        ['POST', '/claim', '{'],
      ] as const) {
        expect(await call(method, `/v1/entities/${type}/x${suffix}`, body)).toMatchObject(refused(404, 'NOT_FOUND'));
        expect(await call(method, `/v1/entities/missing/x${suffix}`, body)).toMatchObject(
          refused(404, 'UNKNOWN_ENTITY_TYPE'),
        );
      }
      expect((await call('HEAD', `/v1/entities/${type}/x`)).status).toBe(404);
    });

    it('lists what was just spawned, newest first, by every filter', async () => {
      const type = await register();
      const parent = await spawn({}, type);
      const child = await spawn({ parent: `/${parent}` }, type);
      await signal(child, 'SIGKILL');
      const urls = async (query: string): Promise<string[]> =>
        jsonOf<readonly { url: string }[]>(await call('GET', `/v1/entities?${query}`)).map(({ url }) => url);
      expect(await urls(`type=${type}`)).toEqual([`/${child}`, `/${parent}`]);
      expect(await urls(`type=${type}&status=killed`)).toEqual([`/${child}`]);
      expect(await urls(`parent=/${parent}`)).toEqual([`/${child}`]);
      expect(await urls(`type=${type}&created_by=${encodeURIComponent('/principal/system%3Adev-local')}`)).toHaveLength(
        2,
      );
      expect(await urls(`type=${type}&type=other`)).toHaveLength(2);
      expect(await urls('status=nothing')).toEqual([]);
    });

    it('lists an entity whatever its tags are called', async () => {
      const type = await register();
      // Random, since what repeats is compressed before it is measured.
      const key = randomBytes(400).toString('hex');
      const path = await spawn({ tags: { [key]: 'v' } }, type);
      await signal(path, 'SIGKILL');
      expect((await call('GET', `/v1/entities?type=${type}`)).json).toMatchObject([
        { url: `/${path}`, status: 'killed', tags: { [key]: 'v' } },
      ]);
      const tags = { [randomBytes(600).toString('hex')]: 'v' };
      expect(await call('PUT', `/v1/entities/${type}/x`, { tags })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    });

    it('brings about the entity of a principal', async () => {
      const key = encodeURIComponent('user:alice@example.com');
      expect(await call('GET', `/v1/entities/principal/${key}`)).toMatchObject({
        status: 200,
        json: { url: `/principal/${key}`, type: 'principal', tags: { principal_kind: 'user' } },
      });
      expect(await call('GET', '/v1/entities/principal/alice')).toMatchObject(refused(400, 'INVALID_REQUEST'));
      for (const [method, suffix, body] of [
        ['DELETE', '', undefined],
        ['POST', '/signal', { signal: 'SIGKILL' }],
        ['POST', '/tags/a', { value: 'b' }],
      ] as const)
        expect(await call(method, `/v1/entities/principal/${key}${suffix}`, body)).toMatchObject(
          refused(400, 'INVALID_REQUEST'),
        );
      const update = { type: 'update_identity', payload: { identity: {} } };
      const eve = { subject_kind: 'principal', subject_value: '/principal/user%3Aeve', permission: 'write' };
      expect((await call('POST', `/v1/entities/principal/${key}/grants`, eve)).status).toBe(201);
      expect(
        await call('POST', `/v1/entities/principal/${key}/send`, update, { 'electric-principal': 'user:eve' }),
      ).toMatchObject(refused(403, 'UNAUTHORIZED'));
    });
  });
};
