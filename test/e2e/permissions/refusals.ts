import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../gateway/http.js';
import { refused } from '../support/refused.js';
import { BOB, must, OWNER, toKind, toPrincipal, unauthorized, type World } from './as.js';

export const refusals = ({ as, makes }: World): void => {
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
      expect(await as(BOB)('POST', `/v1/entities/${path}/send`, body)).toMatchObject(refused(400, 'INVALID_REQUEST'));
    });

    it('comes before what the state of the entity refuses', async () => {
      const path = await makes.entity(OWNER);
      must(await as(OWNER)('DELETE', `/v1/entities/${path}`), 200);
      expect(await as(BOB)('POST', `/v1/entities/${path}/send`, { payload: 1 })).toMatchObject(unauthorized);
      expect(await as(OWNER)('POST', `/v1/entities/${path}/send`, { payload: 1 })).toMatchObject(
        refused(409, 'NOT_RUNNING'),
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
};
