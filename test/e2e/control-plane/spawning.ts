import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/refused.js';
import type { ControlPlane } from './control-plane.js';

export const spawning = (plane: ControlPlane): void => {
  const { call, register, spawn, items } = plane;
  describe('spawning', () => {
    it('answers with the entity, and its stream holds what it was made of', async () => {
      const type = await register({ slash_commands: [{ name: 'fix' }] });
      const parent = await spawn({}, type);
      const url = `/${type}/child`;
      const spawned = await call('PUT', `/_electric/entities${url}`, {
        args: { a: 1 },
        tags: { team: 'red' },
        parent: `/${parent}`,
        initialMessage: { hello: 'there' },
      });
      expect(spawned).toMatchObject({
        status: 201,
        json: {
          url,
          type,
          status: 'idle',
          streams: { main: `${url}/main` },
          tags: { team: 'red' },
          spawn_args: { a: 1 },
          parent: `/${parent}`,
          created_by: '/principal/system%3Adev-local',
          txid: expect.any(Number),
        },
      });
      expect(spawned.headers.get('reveille-durability')).toBe(plane.durability);
      const { txid: _txid, ...entity } = spawned.json;
      expect((await call('GET', `/v1/entities${url}`)).json).toEqual(entity);
      expect(await items(`${type}/child`)).toMatchObject([
        { type: 'entity_created', value: { entity_type: type, args: { a: 1 }, parent_url: `/${parent}` } },
        { type: 'slash_command', key: 'fix' },
        { type: 'inbox', value: { from: '/principal/system%3Adev-local', payload: { hello: 'there' } } },
      ]);
    });

    it('without args reads back as an empty object', async () => {
      const path = await spawn();
      expect((await call('GET', `/v1/entities/${path}`)).json.spawn_args).toEqual({});
    });

    it('is refused for a reason', async () => {
      const type = await register({ creation_schema: { type: 'object', required: ['a'] } });
      const url = `/v1/entities/${type}/x`;
      const bad = await call('PUT', url, { args: {} });
      expect(bad).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
      expect(bad.json.error.details).toEqual([{ path: '/', message: "must have required property 'a'" }]);
      expect(await call('PUT', '/v1/entities/missing/x', { args: 1 })).toMatchObject(
        refused(404, 'UNKNOWN_ENTITY_TYPE'),
      );
      expect(await call('PUT', '/v1/entities/principal/user:x', {})).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await call('PUT', url, { parent: `/${type}/nobody` })).toMatchObject(refused(404, 'NOT_FOUND'));
      expect(await call('PUT', url, { tags: { a: 1 } })).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await call('PUT', url, { sandbox: { profile: 'x' } })).toMatchObject(refused(400, 'INVALID_REQUEST'));
      const runner = { targets: [{ type: 'runner', runnerId: 'r' }] };
      expect(await call('PUT', url, { dispatch_policy: runner })).toMatchObject(refused(404, 'NOT_FOUND'));
      const running = await register({ default_dispatch_policy: runner });
      expect(await call('PUT', `/v1/entities/${running}/x`)).toMatchObject(refused(404, 'NOT_FOUND'));
      const wake = { subscriberUrl: '/a/b', condition: 'runFinished', debounceMs: 5 };
      expect(await call('PUT', url, { wake })).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await call('PUT', url)).toMatchObject({ status: 201 });
      for (const again of [{}, { sandbox: { profile: 'x' } }])
        expect(await call('PUT', url, again)).toMatchObject(refused(409, 'DUPLICATE_URL'));
    });

    it('once of many at once', async () => {
      const type = await register();
      const all = await Promise.all(Array.from({ length: 20 }, () => call('PUT', `/v1/entities/${type}/one`)));
      expect(all.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    });

    it('with a message that is refused leaves the entity, and tells', async () => {
      const type = await register({ inbox_schemas: { ask: {} } });
      const body = { initialMessage: 1, initialMessageType: 'unknown' };
      expect(await call('PUT', `/v1/entities/${type}/x`, body)).toMatchObject(refused(422, 'UNKNOWN_MESSAGE_TYPE'));
      expect(await call('GET', `/v1/entities/${type}/x`)).toMatchObject({ status: 200 });
    });
  });
};
