import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/refused.js';
import type { ControlPlane } from './control-plane.js';

export const signals = ({ call, spawn, signal, items }: ControlPlane): void => {
  describe('signals', () => {
    it('answer with what they did', async () => {
      const path = await spawn();
      expect(await signal(path, 'SIGSTOP')).toMatchObject({
        status: 200,
        json: {
          url: `/${path}`,
          signal: 'SIGSTOP',
          previous_state: 'idle',
          new_state: 'paused',
          txid: expect.any(Number),
        },
      });
      expect(await signal(path, 'SIGNONE')).toMatchObject(refused(400, 'INVALID_REQUEST'));
      await call('POST', `/v1/entities/${path}/send`, { payload: 1 });
      expect((await call('GET', `/v1/entities/${path}`)).json.status).toBe('idle');
    });

    it.each([
      ['SIGKILL', 'killed'],
      ['SIGTERM', 'stopped'],
    ])('%s ends an entity at once and for ever', async (name, status) => {
      const path = await spawn();
      expect(await signal(path, name)).toMatchObject({ json: { new_state: status } });
      expect((await call('GET', `/v1/entities/${path}`)).json.status).toBe(status);
      const url = `/v1/entities/${path}`;
      expect(await call('POST', `${url}/send`, { payload: 1 })).toMatchObject(refused(409, 'NOT_RUNNING'));
      expect(await call('POST', `${url}/tags/a`, { value: 'b' })).toMatchObject(refused(409, 'NOT_RUNNING'));
      expect(await call('DELETE', `${url}/tags/a`)).toMatchObject(refused(409, 'NOT_RUNNING'));
      expect(await signal(path, 'SIGCONT')).toMatchObject(refused(409, 'INVALID_SIGNAL'));
      expect(await call('DELETE', url)).toMatchObject(refused(409, 'INVALID_SIGNAL'));
      expect(await call('PUT', url)).toMatchObject(refused(409, 'DUPLICATE_URL'));
      expect(await call('POST', `${url}/claim`, { runner: 'r' })).toMatchObject({ status: 200, json: { done: true } });
      expect((await items(path)).at(-1)).toMatchObject({ type: 'signal', value: { signal: name } });
    });

    it('have an older form', async () => {
      const path = await spawn();
      expect(await call('DELETE', `/v1/entities/${path}`)).toMatchObject({
        status: 200,
        json: { txid: expect.any(Number) },
      });
      expect((await call('GET', `/v1/entities/${path}`)).json.status).toBe('killed');
    });
  });
};
