import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agentWrites } from './control-plane/agent-writes.js';
import { claims } from './control-plane/claims.js';
import { ControlPlane } from './control-plane/control-plane.js';
import { entityTypes } from './control-plane/entity-types.js';
import { reading } from './control-plane/reading.js';
import { sending } from './control-plane/sending.js';
import { signals } from './control-plane/signals.js';
import { spawning } from './control-plane/spawning.js';
import { refused } from './support/refused.js';
import { STARTING_MS } from './support/reveille-inside.js';

// One server for all of them: to start it takes longer than most.
const plane = new ControlPlane();
const { call, spawn } = plane;

beforeAll(() => plane.start(), STARTING_MS);
afterAll(() => plane.stop(), STARTING_MS);

describe('health', () => {
  it('is told at both prefixes, and by part', async () => {
    for (const path of ['/v1/health', '/_electric/health'])
      expect(await call('GET', path)).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await call('GET', '/health/live')).toMatchObject({ status: 200, json: { live: true } });
    expect(await call('GET', '/health/ready')).toMatchObject({
      json: { ready: expect.any(Boolean), parts: expect.any(Object) },
    });
  });
});

entityTypes(plane);
spawning(plane);
reading(plane);
sending(plane);
signals(plane);

describe('tags', () => {
  it('are set, changed and removed; a txid only when something changed', async () => {
    const url = `/v1/entities/${await spawn()}`;
    const set = await call('POST', `${url}/tags/a%2Fb%20%C3%A9`, { value: '1' });
    expect(set).toMatchObject({ status: 200, json: { tags: { 'a/b é': '1' }, txid: expect.any(Number) } });
    expect((await call('POST', `${url}/tags/a%2Fb%20%C3%A9`, { value: '1' })).json).not.toHaveProperty('txid');
    expect(await call('POST', `${url}/tags/x`, { value: 1 })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect(await call('POST', `${url}/tags/%E0%A4`, { value: '1' })).toMatchObject({ status: 400 });
    expect((await call('DELETE', `${url}/tags/nothing`)).json).not.toHaveProperty('txid');
    expect(await call('DELETE', `${url}/tags/a%2Fb%20%C3%A9`)).toMatchObject({
      json: { tags: {}, txid: expect.any(Number) },
    });
  });
});

describe('wakes', () => {
  it('are registered and unregistered', async () => {
    const wake = { subscriberUrl: `/${await spawn()}`, sourceUrl: `/${await spawn()}` };
    expect(await call('POST', '/v1/wake', { ...wake, condition: 'runFinished' })).toMatchObject({
      status: 204,
      text: '',
    });
    const change = { on: 'change', collections: ['run'], ops: ['insert'] };
    expect(await call('POST', '/_electric/wake', { ...wake, condition: change, manifestKey: 'm' })).toMatchObject({
      status: 204,
    });
    expect(await call('POST', '/v1/wake', { ...wake, condition: 'x' })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect(await call('POST', '/v1/wake', { ...wake, condition: 'runFinished', timeoutMs: 1 })).toMatchObject(
      refused(400, 'INVALID_REQUEST'),
    );
    expect(await call('POST', '/v1/wake', { ...wake, subscriberUrl: 'x', condition: 'runFinished' })).toMatchObject(
      refused(400, 'INVALID_REQUEST'),
    );
    const { subscriberUrl } = wake;
    expect(await call('POST', '/v1/wake/unregister', wake)).toMatchObject({ status: 204 });
    expect(await call('POST', '/v1/wake/unregister', { subscriberUrl, manifestKey: 'm' })).toMatchObject({
      status: 204,
    });
    expect(await call('POST', '/v1/wake/unregister', { subscriberUrl })).toMatchObject(
      refused(400, 'INVALID_WAKE_UNREGISTER'),
    );
  });
});

claims(plane);
agentWrites(plane);
