import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Headered } from './gateway/http.js';
import { ReveilleOutside } from './support/reveille-outside.js';

const LONG_MS = 120_000;
const TEXT = { 'content-type': 'text/plain' };

const reveille = new ReveilleOutside();
const { call } = reveille;
const put = (path: string, body?: string, headers: Headered = {}): Promise<Answer> =>
  call('PUT', path, body, { ...TEXT, ...headers });
const post = (path: string, body: string | undefined, headers: Headered = {}): Promise<Answer> =>
  call('POST', path, body, { ...TEXT, ...headers });
const get = (path: string): Promise<Answer> => call('GET', path);
const head = (path: string): Promise<Answer> => call('HEAD', path);

beforeAll(() => reveille.start(), LONG_MS);
afterAll(() => reveille.destroy(), LONG_MS);

describe('after kill -9 and a new start', () => {
  beforeAll(async () => {
    await put('/idle/long', 'kept', { 'stream-ttl': '3600' });
    await put('/idle/short', 'gone', { 'stream-ttl': '1' });
    await put('/ends', 'kept', { 'stream-expires-at': '2100-01-01T00:00:00Z' });
    await put('/lives', 'old');
    await call('DELETE', '/lives');
    await put('/lives', 'new');
    await put('/deleted', 'old');
    await call('DELETE', '/deleted');
    await put('/source', 'shared ');
    await put('/fork', 'own', { 'stream-forked-from': '/source' });
    await post('/source', 'later');
    await call('DELETE', '/source');
    await put('/closed', 'all');
    await post('/closed', ' there is', {
      'stream-closed': 'true',
      'producer-id': 'p',
      'producer-epoch': '0',
      'producer-seq': '0',
    });
    await reveille.kill();
    await reveille.start();
  }, LONG_MS);

  it('streams end when they would have', async () => {
    const { status, headers } = await head('/idle/long');
    expect([status, headers.get('stream-ttl')]).toEqual([200, '3600']);
    expect((await head('/ends')).headers.get('stream-expires-at')).toBe('2100-01-01T00:00:00Z');
    expect((await get('/idle/short')).status).toBe(404);
    expect((await put('/idle/short', 'new')).status).toBe(201);
    expect((await get('/idle/short')).text).toBe('new');
  });

  it('what was deleted stays deleted, and a new life shows nothing of the old one', async () => {
    expect((await get('/deleted')).status).toBe(404);
    expect((await get('/lives')).text).toBe('new');
  });

  it('a fork has what it shared, and its deleted source goes with it', async () => {
    expect((await get('/source')).status).toBe(410);
    expect((await get('/fork')).text).toBe('shared own');
    expect((await call('DELETE', '/fork')).status).toBe(204);
    expect((await get('/source')).status).toBe(404);
  });

  it('a closed stream knows who closed it', async () => {
    const closing = { 'stream-closed': 'true', 'producer-id': 'p', 'producer-epoch': '0', 'producer-seq': '0' };
    expect((await post('/closed', ' there is', closing)).status).toBe(204);
    expect((await post('/closed', 'more')).status).toBe(409);
    expect((await get('/closed')).text).toBe('all there is');
  });
});

it(
  'keeps what a producer was told is written, once, when it is killed in the middle',
  async () => {
    await put('/produced', undefined, { 'content-type': 'application/json' });
    const send = (seq: number): Promise<Answer> =>
      call('POST', '/produced', String(seq), {
        'content-type': 'application/json',
        'producer-id': 'p',
        'producer-epoch': '0',
        'producer-seq': String(seq),
      });
    let acknowledged = -1;
    const writing = (async () => {
      for (let seq = 0; ; seq += 1) {
        if ((await send(seq)).status !== 200) return;
        acknowledged = seq;
      }
    })().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await reveille.kill();
    await writing;
    expect(acknowledged).toBeGreaterThan(10);
    await reveille.start();
    // It does not know what became of the last one, so it sends that again.
    expect([200, 204]).toContain((await send(acknowledged + 1)).status);
    const { json } = await get('/produced');
    expect(json).toEqual(Array.from({ length: acknowledged + 2 }, (_, seq) => seq));
  },
  LONG_MS,
);
