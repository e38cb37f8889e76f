import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jsonOf } from './gateway/http.js';
import { Gateways } from './support/gateways.js';
import { runEvents, type Entities } from './support/entities.js';

const LONG_MS = 120_000;

interface Entry {
  readonly position: number;
  readonly offset?: string;
  readonly txid: string;
  readonly time: string;
  readonly events: readonly { readonly type: string; readonly data: object }[];
  readonly items: readonly { readonly type: string; readonly key: string }[];
}

let gateways: Gateways;
let entities: Entities;

beforeAll(async () => {
  gateways = await Gateways.start(0);
  // What is older comes from the database.
  await gateways.add({ REVEILLE_RECENT_MESSAGES: '10' });
  entities = gateways.entities(0);
  await entities.register('past');
}, LONG_MS);

afterAll(() => gateways.stop(), LONG_MS);

const pages = async (path: string): Promise<readonly (readonly Entry[])[]> =>
  (await entities.pages(path)) as unknown as readonly (readonly Entry[])[];

const history = async (id: string, query = ''): Promise<readonly Entry[]> =>
  (await pages(`/v1/entities/past/${id}/history?${query}`)).flat();

const kinds = (entries: readonly Entry[]): readonly unknown[] =>
  entries.map(({ events, items }) => [events.map(({ type }) => type), items.map(({ type }) => type)]);

describe('the history of an entity', () => {
  it('has every request in order, with its items and the control events that its stream does not show', async () => {
    const sent = { payload: 'hello' };
    await entities.spawn('past/whole', { tags: { a: '1' }, initialMessage: 'first' });
    const { txid } = (await entities.call('POST', '/v1/entities/past/whole/send', sent)).json as { txid: string };
    const claim = await entities.claim('past/whole');
    await entities.append('past/whole', claim, runEvents('r'));
    const bearer = { authorization: `Bearer ${claim.token}` };
    const epoch = { claimEpoch: claim.claimEpoch };
    await entities.call('POST', '/v1/entities/past/whole/claim/release', epoch, bearer);
    await entities.call('POST', '/v1/entities/past/whole/tags/b', { value: '2' });
    await entities.call('POST', '/v1/entities/past/whole/signal', { signal: 'SIGKILL' });
    const entries = await history('whole');
    expect(kinds(entries)).toEqual([
      [['spawned'], ['entity_created']],
      [[], ['inbox']],
      [[], ['inbox']],
      [['claimed', 'status'], []],
      [expect.arrayContaining(['posted']), ['run', 'run']],
      [expect.arrayContaining(['released']), []],
      [['tagged'], ['tags']],
      [['status'], ['signal']],
    ]);
    expect(entries[2]?.txid).toBe(txid);
    expect(entries[6]?.events[0]?.data).toMatchObject({ key: 'b', value: '2' });
    const stream = await entities.items('past/whole');
    expect(entries.flatMap(({ items }) => items.map(({ key }) => key))).toEqual(stream.map(({ key }) => key));
    const offsets = entries.flatMap(({ items, offset }) => items.map(() => offset));
    expect(offsets).toEqual(stream.map(({ headers }) => headers.offset));
    const positions = entries.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(entries.every(({ time }) => Math.abs(Date.parse(time) - Date.now()) < 60_000)).toBe(true);
  });

  it('comes in pages of any size, also where it is older than what the gateway remembers', async () => {
    await entities.spawn('past/long', { initialMessage: 'first' });
    for (let n = 0; n < 60; n += 1) await entities.sendAnswer('past/long', n);
    const whole = await history('long', 'limit=1000');
    expect(whole).toHaveLength(62);
    for (const limit of [1, 7, 61]) {
      const found = await pages(`/v1/entities/past/long/history?limit=${String(limit)}`);
      expect(found.flat()).toEqual(whole);
      expect(found.map(({ length }) => length).slice(0, -1)).toEqual(found.slice(1).map(() => limit));
    }
    expect((await pages('/_electric/entities/past/long/history')).map(({ length }) => length)).toEqual([62]);
  });

  it('ends where it is asked to: at an offset, or at a log position', async () => {
    const whole = await history('long', 'limit=1000');
    for (const place of [0, 1, 30, 61]) {
      const { offset = '', position = 0 } = whole[place] ?? {};
      expect(await history('long', `limit=9&asOf=${offset}`)).toEqual(whole.slice(0, place + 1));
      const upTo = whole.filter((entry) => entry.position <= position);
      expect(await history('long', `asOf=${String(position)}`)).toEqual(upTo);
    }
    expect(await history('long', 'asOf=1')).toEqual([]);
    expect(await history('long', 'asOf=999999999')).toEqual(whole);
  });

  it('gives items as they were sent, however large', async () => {
    await entities.spawn('past/exact');
    await entities.call('POST', '/v1/entities/past/exact/send', '{"payload":{"text":"\\ud800"}}');
    const claim = await entities.claim('past/exact');
    const big = '{"type":"t","key":"n","value":12345678901234567890,"headers":{"operation":"insert"}}';
    const large = { type: 't', key: 'l', value: 'x'.repeat(1_500_000), headers: { operation: 'insert' } };
    const own = { 'content-type': 'application/json', authorization: `Bearer ${claim.token}` };
    expect((await entities.call('POST', '/past/exact/main', big, own)).status).toBe(204);
    expect((await entities.call('POST', '/past/exact/main', JSON.stringify(large), own)).status).toBe(204);
    const found = await pages('/v1/entities/past/exact/history');
    expect(found.flat().at(-1)?.items).toEqual([large]);
    const { text } = await entities.call('GET', '/v1/entities/past/exact/history?limit=4');
    expect(text).toContain(big);
    expect(text).toContain('\\ud800');
  });

  it.each([
    ['past/none/history', 404, 'NOT_FOUND'],
    ['nothing/none/history', 404, 'UNKNOWN_ENTITY_TYPE'],
    ['past/long/history?asOf=x', 400, 'INVALID_REQUEST'],
    ['past/long/history?limit=0', 400, 'INVALID_REQUEST'],
    ['past/long/history?cursor=x', 400, 'INVALID_REQUEST'],
    [`past/long/history?cursor=${Buffer.from('[0,0]').toString('base64url')}`, 400, 'INVALID_REQUEST'],
    ['past/none/tree', 404, 'NOT_FOUND'],
    ['past/long/tree?depth=0', 400, 'INVALID_REQUEST'],
    ['past/long/tree?depth=1001', 400, 'INVALID_REQUEST'],
    ['past/long/tree?cursor=x', 400, 'INVALID_REQUEST'],
    [`past/long/tree?cursor=${Buffer.from('[1,1,"\\u0000"]').toString('base64url')}`, 400, 'INVALID_REQUEST'],
  ])('is refused when it is asked for like this: %s', async (path, status, code) => {
    const answer = await entities.call('GET', `/v1/entities/${path}`);
    expect([answer.status, (answer.json as { error: { code: string } }).error.code]).toEqual([status, code]);
  });
});

describe('the tree below an entity', () => {
  interface Node {
    readonly url: string;
    readonly depth: number;
    readonly parent: string;
  }
  const tree = async (query = ''): Promise<readonly (readonly Node[])[]> =>
    (await entities.pages(`/v1/entities/past/top/tree?${query}`)) as unknown as readonly (readonly Node[])[];

  it('has all descendants, level by level, as soon as they are spawned', async () => {
    await entities.spawn('past/top');
    await entities.spawn('past/stranger');
    for (const child of ['a', 'b', 'c']) {
      await entities.spawn(`past/${child}`, { parent: '/past/top' });
      for (const n of ['1', '2']) await entities.spawn(`past/${child}${n}`, { parent: `/past/${child}` });
    }
    await entities.spawn('past/deep', { parent: '/past/b2' });
    const whole = (await tree()).flat();
    const levels = (depth: number): readonly string[] =>
      whole.filter((node) => node.depth === depth).map(({ url }) => url.slice(6));
    expect([levels(1), levels(2), levels(3)]).toEqual([
      ['a', 'b', 'c'],
      ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'],
      ['deep'],
    ]);
    expect(whole.map(({ depth }) => depth)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2, 3]);
    expect(whole.at(-1)).toMatchObject({ url: '/past/deep', parent: '/past/b2', status: 'idle' });
    expect((await tree('limit=3')).map((page) => page.length)).toEqual([3, 3, 3, 1]);
    expect((await tree('limit=3')).flat()).toEqual(whole);
    expect((await tree('depth=2&limit=4')).flat()).toEqual(whole.slice(0, 9));
    expect((await tree('depth=1')).flat()).toEqual(whole.slice(0, 3));
    expect((await entities.pages('/_electric/entities/past/deep/tree')).flat()).toEqual([]);
  });

  it('is for whoever may read the entity, and shows what he may read of it', async () => {
    const stranger = { 'electric-principal': 'user:stranger' };
    const ask = (path: string): ReturnType<Entities['call']> =>
      entities.call('GET', `/v1/entities/past/${path}`, undefined, stranger);
    for (const path of ['top/tree', 'top/history']) expect((await ask(path)).status).toBe(401);
    const grant = { subject_kind: 'principal', subject_value: '/principal/user%3Astranger', permission: 'read' };
    for (const [id, more] of Object.entries({ top: {}, b: { propagation: 'descendants' }, c2: {} }))
      expect((await entities.call('POST', `/v1/entities/past/${id}/grants`, { ...grant, ...more })).status).toBe(201);
    expect((await ask('top/history')).status).toBe(200);
    const urls = jsonOf<readonly Node[]>(await ask('top/tree')).map(({ url }) => url);
    expect(urls).toEqual(['/past/b', '/past/b1', '/past/b2', '/past/c2', '/past/deep']);
  });
});
