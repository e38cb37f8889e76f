import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/refused.js';
import { run, type ControlPlane } from './control-plane.js';

export const claims = ({ call, spawn, claim }: ControlPlane): void => {
  describe('claims', () => {
    it('make the entity run, are renewed and released', async () => {
      const path = await spawn();
      const { epoch, headers } = await claim(path);
      expect((await call('GET', `/v1/entities/${path}`)).json.status).toBe('running');
      const url = `/v1/entities/${path}/claim`;
      const before = Date.now();
      const beat = await call('POST', `${url}/heartbeat`, { claimEpoch: epoch }, headers);
      expect(beat.status).toBe(200);
      expect(Date.parse(beat.json.leaseExpiresAt)).toBeGreaterThanOrEqual(before + 60_000);
      expect(await call('POST', `${url}/heartbeat`, { claimEpoch: epoch })).toMatchObject(refused(401, 'UNAUTHORIZED'));
      expect(await call('POST', `${url}/heartbeat`, { claimEpoch: epoch + 1 }, headers)).toMatchObject(
        refused(401, 'UNAUTHORIZED'),
      );
      expect(await call('POST', `${url}/release`, { claimEpoch: epoch }, headers)).toMatchObject({
        status: 200,
        json: { status: 'idle' },
      });
      expect(await call('POST', `${url}/release`, { claimEpoch: epoch }, headers)).toMatchObject({ status: 200 });
      expect(await call('POST', `${url}/heartbeat`, { claimEpoch: epoch }, headers)).toMatchObject(
        refused(409, 'FENCED'),
      );
      expect(await call('POST', url, { runner: '' })).toMatchObject(refused(400, 'INVALID_REQUEST'));
      expect(await call('POST', url, { runner: 'r', leaseMs: 1 })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    });

    it('fence every earlier one', async () => {
      const path = await spawn();
      const [first, second] = [await claim(path), await claim(path)];
      expect(second.epoch).toBeGreaterThan(first.epoch);
      const url = `/v1/entities/${path}/claim`;
      expect(await call('POST', `${url}/heartbeat`, { claimEpoch: first.epoch }, first.headers)).toMatchObject(
        refused(409, 'FENCED'),
      );
      expect(await call('POST', `${url}/release`, { claimEpoch: first.epoch }, first.headers)).toMatchObject(
        refused(409, 'FENCED'),
      );
      expect(await call('POST', `/${path}/main`, run, first.headers)).toMatchObject(refused(401, 'UNAUTHORIZED'));
      expect(await call('POST', `/${path}/main`, run, second.headers)).toMatchObject({ status: 204 });
    });

    it('expire when nobody renews them, and the entity is idle again', async () => {
      const path = await spawn();
      const { epoch, headers } = await claim(path, 'sleepy', 1_000);
      const idle = async (): Promise<boolean> => (await call('GET', `/v1/entities/${path}`)).json.status === 'idle';
      const deadline = Date.now() + 10_000;
      while (!(await idle()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await idle()).toBe(true);
      expect(await call('POST', `/v1/entities/${path}/claim/heartbeat`, { claimEpoch: epoch }, headers)).toMatchObject(
        refused(409, 'FENCED'),
      );
    }, 20_000);
  });
};
