import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gateways } from './support/gateways.js';
import type { Entities } from './support/entities.js';

const LONG_MS = 120_000;

let gateways: Gateways;
let entities: Entities;

beforeAll(async () => {
  gateways = await Gateways.start(2);
  entities = gateways.entities(0);
  await entities.register('paged');
  await Promise.all(
    Array.from({ length: 130 }, (_, n) =>
      entities.spawn(`paged/${String(n)}`, { tags: { 'the color': n % 2 ? 'red & green' : 'blue', n: String(n) } }),
    ),
  );
}, LONG_MS);

afterAll(() => gateways.stop(), LONG_MS);

const get = (path: string, headers = {}): ReturnType<Entities['call']> =>
  entities.call('GET', path, undefined, headers);

const urls = (pages: readonly (readonly { readonly url: string }[])[]): readonly string[] =>
  pages.flat().map(({ url }) => url);

describe('a list of entities', () => {
  it('comes in pages of a hundred, and whole under the older prefix', async () => {
    const pages = await entities.pages('/v1/entities?type=paged');
    expect(pages.map(({ length }) => length)).toEqual([100, 30]);
    const whole = await get('/_electric/entities?type=paged');
    expect((whole.json as readonly { url: string }[]).map(({ url }) => url)).toEqual(urls(pages));
    expect(whole.headers.has('link')).toBe(false);
    expect((await entities.pages('/_electric/entities?type=paged&limit=50')).map(({ length }) => length)).toEqual([
      50, 50, 30,
    ]);
  });

  it('is filtered by tags and sorted as asked', async () => {
    const tag = `${encodeURIComponent('tag[the color]')}=${encodeURIComponent('red & green')}`;
    const pages = await entities.pages(`/v1/entities?type=paged&${tag}&limit=20&sort=url`);
    expect(pages.map(({ length }) => length)).toEqual([20, 20, 20, 5]);
    const expected = Array.from({ length: 65 }, (_, n) => `/paged/${String(2 * n + 1)}`).sort();
    expect(urls(pages)).toEqual(expected);
    expect(urls(await entities.pages(`/v1/entities?type=paged&${tag}&tag[n]=7`))).toEqual(['/paged/7']);
    const descending = await entities.pages(`/v1/entities?type=paged&${tag}&sort=-url&limit=1000`);
    expect(urls(descending)).toEqual(expected.reverse());
  });

  it('follows a tag that changed, at once', async () => {
    const position = (await entities.call('POST', '/v1/entities/paged/1/tags/moved', { value: 'x' })).headers.get(
      'reveille-position',
    );
    expect(Number(position)).toBeGreaterThan(0);
    expect(urls(await entities.pages('/v1/entities?tag[moved]=x'))).toEqual(['/paged/1']);
    await entities.call('DELETE', '/v1/entities/paged/1/tags/moved');
    expect(urls(await entities.pages('/v1/entities?tag[moved]=x'))).toEqual([]);
  });

  it('says up to where it is, and need not be newer than asked for', async () => {
    const written = await entities.call('PUT', '/v1/entities/paged/seen');
    const position = Number(written.headers.get('reveille-position'));
    expect(position).toBe((written.json as { txid: number }).txid);
    const read = await gateways
      .entities(1)
      .call('GET', '/v1/entities?type=paged&limit=1', undefined, { 'reveille-min-position': String(position) });
    expect((read.json as readonly { url: string }[])[0]?.url).toBe('/paged/seen');
    expect(Number(read.headers.get('reveille-position'))).toBeGreaterThanOrEqual(position);
    const latest = await get('/v1/entities?type=paged&limit=1');
    expect(Number(latest.headers.get('reveille-position'))).toBeGreaterThanOrEqual(position);
    expect((await get('/v1/entities', { 'reveille-min-position': '999999999' })).status).toBe(503);
  });

  it.each([
    'limit=0',
    'limit=1001',
    'limit=1e2',
    'limit=',
    'sort=name',
    'sort=--url',
    'cursor=',
    'cursor=%00',
    `cursor=${Buffer.from('["-created_at","/paged/1","1"]').toString('base64url')}`,
    `cursor=${Buffer.from('["-created_at","/paged\\u0000/1",1]').toString('base64url')}`,
    `cursor=${Buffer.from('["url","/paged/1"]').toString('base64url')}`,
    `cursor=${Buffer.from('{"length":2}').toString('base64url')}`,
    Array.from({ length: 9 }, (_, n) => `tag[${String(n)}]=x`).join('&'),
  ])('is refused when it is asked for like this: %s', async (query) => {
    const { status, json } = await get(`/v1/entities?${query}`);
    expect([status, (json as { error: { code: string } }).error.code]).toEqual([400, 'INVALID_REQUEST']);
  });

  it.each(['-1', 'x', '1.5', ''])('is refused with a position that is none: %j', async (position) => {
    expect((await get('/v1/entities', { 'reveille-min-position': position })).status).toBe(400);
  });
});

describe('a list of types', () => {
  it('comes in pages and in any order', async () => {
    for (const name of ['c', 'a', 'b']) await entities.register(`type-${name}`);
    const names = async (query: string): Promise<readonly unknown[]> =>
      (await entities.pages(`/v1/entity-types?${query}`))
        .flat()
        .map((type) => (type as unknown as { name: string }).name)
        .filter((name) => name.startsWith('type-'));
    expect(await names('limit=2')).toEqual(['type-a', 'type-b', 'type-c']);
    expect(await names('limit=1&sort=-name')).toEqual(['type-c', 'type-b', 'type-a']);
    expect(await names('limit=1&sort=created_at')).toEqual(['type-c', 'type-a', 'type-b']);
    expect(await names('limit=3&sort=-updated_at')).toEqual(['type-b', 'type-a', 'type-c']);
  });
});
