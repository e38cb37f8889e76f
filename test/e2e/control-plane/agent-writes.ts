import { describe, expect, it } from '@jest/globals';
import type { Answer, Headered } from '../gateway/http.js';
import { refused } from '../support/refused.js';
import { JSON_TYPE, run, type ControlPlane } from './control-plane.js';

export const agentWrites = ({ call, register, spawn, signal, items, claim }: ControlPlane): void => {
  describe('the writes of an agent', () => {
    it('may be as large as the limit, to the byte, and no larger', async () => {
      const path = await spawn();
      const { headers } = await claim(path);
      const text = (length: number): string => `["${'x'.repeat(length)}"]`;
      const limit = 8 * 1024 * 1024 - 4;
      expect((await call('POST', `/${path}/main`, text(limit), headers)).status).toBe(204);
      expect(await call('POST', `/${path}/main`, text(limit + 1), headers)).toMatchObject(
        refused(413, 'PAYLOAD_TOO_LARGE'),
      );
      const first = await call('GET', `/${path}/main`);
      const { json } = await call('GET', `/${path}/main?offset=${first.headers.get('stream-next-offset') ?? ''}`);
      expect(json).toEqual(['x'.repeat(limit)]);
    });

    it('are stored as they were sent, at both addresses of the stream', async () => {
      const path = await spawn();
      const { headers } = await claim(path);
      const big = '{"type":"note","key":"n","value":{"n":12345678901234567890}, "headers":{"operation":"insert"}}';
      expect(await call('POST', `/${path}/main`, big, headers)).toMatchObject({ status: 204, text: '' });
      expect(await call('POST', `/v1/stream/${path}/main`, [run, run], headers)).toMatchObject({ status: 204 });
      const read = await call('GET', `/${path}/main`);
      expect(read.text).toContain('12345678901234567890');
      expect(read.json.slice(-2)).toMatchObject([run, run]);
    });

    it('reach the same stream with a slash at the end', async () => {
      const path = await spawn();
      const { headers } = await claim(path);
      expect(await call('POST', `/${path}/main/`, run, headers)).toMatchObject({ status: 204 });
      expect((await items(path)).at(-1)).toMatchObject(run);
    });

    it('follow the rules of producers', async () => {
      const path = await spawn();
      const { headers } = await claim(path);
      const write = (epoch: number | string, seq: number | string, more: Headered = {}): Promise<Answer> =>
        call('POST', `/${path}/main`, run, {
          ...headers,
          'producer-id': 'p',
          'producer-epoch': String(epoch),
          'producer-seq': String(seq),
          ...more,
        });
      const head = (answer: Answer, ...names: string[]): unknown[] => [
        answer.status,
        ...names.map((name) => answer.headers.get(name)),
      ];
      const offset = expect.stringMatching(/^\d{16}_\d{16}$/);
      expect(head(await write(0, 1), 'producer-expected-seq', 'producer-received-seq')).toEqual([409, '0', '1']);
      expect(head(await write(0, 0), 'producer-seq', 'producer-epoch', 'stream-next-offset')).toEqual([
        200,
        '0',
        '0',
        offset,
      ]);
      expect(head(await write(0, 1), 'producer-seq')).toEqual([200, '1']);
      expect(head(await write(0, 0), 'producer-seq', 'producer-epoch')).toEqual([204, '1', '0']);
      expect(head(await write(0, 5), 'producer-expected-seq', 'producer-received-seq')).toEqual([409, '2', '5']);
      expect(head(await write(2, 1))).toEqual([400]);
      expect(head(await write(2, 0))).toEqual([200]);
      expect(head(await write(1, 0), 'producer-epoch')).toEqual([403, '2']);
      expect(head(await write('x', 0))).toEqual([400]);
      expect(head(await write(2, 1, { 'stream-seq': 'b' }))).toEqual([200]);
      expect(head(await write(2, 2, { 'stream-seq': 'a' }))).toEqual([409]);
      const { 'producer-id': _id, ...two } = { ...headers, 'producer-id': 'p', 'producer-epoch': '0' };
      expect(head(await call('POST', `/${path}/main`, run, two))).toEqual([400]);
    });

    it('are refused for a reason', async () => {
      const type = await register({ state_schemas: { note: { type: 'object', required: ['n'] } } });
      const path = await spawn({}, type);
      const main = `/${path}/main`;
      expect(await call('POST', main, run)).toMatchObject(refused(401, 'UNAUTHORIZED'));
      expect(await call('POST', main, run, { ...JSON_TYPE, authorization: 'Bearer x' })).toMatchObject(
        refused(401, 'UNAUTHORIZED'),
      );
      const other = await claim(await spawn());
      expect(await call('POST', main, run, other.headers)).toMatchObject(refused(401, 'UNAUTHORIZED'));
      const { headers, token } = await claim(path);
      const note = { type: 'note', key: 'a', value: { n: 1 }, headers: { operation: 'insert' } };
      expect(await call('POST', main, run, headers)).toMatchObject(refused(422, 'UNKNOWN_EVENT_TYPE'));
      const invalid = await call('POST', main, [note, { ...note, value: {} }], headers);
      expect(invalid).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
      expect(invalid.json.error).not.toHaveProperty('details');
      for (const body of ['{', '[]', '', '[1,]'])
        expect([body, (await call('POST', main, body, headers)).status]).toEqual([body, 400]);
      expect(await call('POST', main, 'x', { ...headers, 'content-type': 'text/plain' })).toMatchObject({
        status: 409,
      });
      expect(await call('POST', main, note, { ...headers, 'stream-closed': 'true' })).toMatchObject(
        refused(403, 'UNAUTHORIZED'),
      );
      const byClaimToken = { ...JSON_TYPE, 'electric-claim-token': token, authorization: 'Bearer wrong' };
      expect(await call('POST', main, note, byClaimToken)).toMatchObject({ status: 204 });
      expect((await items(path)).filter(({ type: event }) => event === 'note')).toHaveLength(1);
    });

    it('end with the entity', async () => {
      const path = await spawn();
      const { headers } = await claim(path);
      await signal(path, 'SIGKILL');
      const answer = await call('POST', `/${path}/main`, run, headers);
      expect(answer).toMatchObject(refused(409, 'NOT_RUNNING'));
      expect(answer.headers.get('stream-closed')).toBe('true');
    });

    it('are the only way in: nobody makes or deletes the stream', async () => {
      const path = await spawn();
      for (const method of ['PUT', 'DELETE'])
        for (const prefix of ['', '/v1/stream'])
          expect(await call(method, `${prefix}/${path}/main`)).toMatchObject(refused(403, 'UNAUTHORIZED'));
      expect(await call('POST', '/some/other/stream', run)).toMatchObject({ status: 404 });
    });
  });
};
