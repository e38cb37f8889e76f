import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/refused.js';
import type { ControlPlane } from './control-plane.js';

export const sending = ({ call, register, spawn, items, claim }: ControlPlane): void => {
  describe('sending', () => {
    it('puts the message in the stream under the txid of the answer', async () => {
      const path = await spawn();
      const { status, json } = await call('POST', `/v1/entities/${path}/send`, {
        payload: null,
        key: 'k',
        mode: 'queued',
      });
      expect(status).toBe(200);
      expect((await items(path)).at(-1)).toMatchObject({
        type: 'inbox',
        key: 'k',
        value: { payload: null, mode: 'queued', status: 'pending', from_principal: '/principal/system%3Adev-local' },
        headers: { txid: json.txid, operation: 'insert' },
      });
    });

    it('is refused for a reason', async () => {
      const type = await register({ inbox_schemas: { ask: { type: 'object', required: ['q'] } } });
      const path = `/v1/entities/${await spawn({}, type)}/send`;
      expect(await call('POST', path, {})).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await call('POST', path, { payload: 1, afterMs: 5 })).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await call('POST', path, { payload: 1, from: '/principal/user%3Aeve' })).toMatchObject(
        refused(400, 'INVALID_REQUEST'),
      );
      expect(await call('POST', path, { payload: 1, from_agent: '/chat/x' })).toMatchObject(
        refused(400, 'INVALID_REQUEST'),
      );
      expect(await call('POST', path, { payload: 1, type: 'tell' })).toMatchObject(
        refused(422, 'UNKNOWN_MESSAGE_TYPE'),
      );
      const invalid = await call('POST', path, { payload: {}, type: 'ask' });
      expect(invalid).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
      expect(invalid.json.error.details).toEqual([{ path: '/', message: "must have required property 'q'" }]);
      expect(await call('POST', path, { payload: {}, type: 'composer_input' })).toMatchObject(
        refused(422, 'SCHEMA_VALIDATION_FAILED'),
      );
      expect(await call('POST', path, { payload: { q: 1 }, type: 'ask' })).toMatchObject({ status: 200 });
      await call('PATCH', `/v1/entity-types/${type}/schemas`, { inbox_schemas: { tell: {} } });
      expect(await call('POST', path, { payload: 1, type: 'tell' })).toMatchObject({ status: 200 });
    });

    it('as an agent needs the token of its claim', async () => {
      const [agent, target] = [await spawn(), await spawn()];
      const { headers } = await claim(agent);
      const body = { payload: 1, from_agent: `/${agent}` };
      expect(await call('POST', `/v1/entities/${target}/send`, body)).toMatchObject({ status: 400 });
      expect(await call('POST', `/v1/entities/${target}/send`, body, headers)).toMatchObject({ status: 200 });
      expect((await items(target)).at(-1)).toMatchObject({ value: { from_agent: `/${agent}` } });
      await claim(agent);
      expect(await call('POST', `/v1/entities/${target}/send`, body, headers)).toMatchObject({ status: 400 });
    });
  });
};
