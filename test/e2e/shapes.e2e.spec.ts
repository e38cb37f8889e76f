import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  Shape,
  ShapeStream,
  isChangeMessage,
  type ChangeMessage,
  type Row,
  type ShapeStreamOptions,
} from '@electric-sql/client';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller } from './gateway/http.js';
import { Entities } from './support/entities.js';
import { Fleet } from './support/fleet.js';
import { outputOfExample, pageExamples } from './support/page-examples.js';
import { ReveilleChild } from './support/reveille-child.js';
import { until } from './support/until.js';

const LONG_MS = 120_000;
const MANY = Number(process.env['REVEILLE_SHAPE_ENTITIES'] ?? 1_100);

// The client notes once a minute how far it is, in a timer that is given to nobody: it would keep this process.
const timers = jest.spyOn(globalThis, 'setTimeout');

let servers: TestServers;
let fleet: Fleet;
const at = (gateway: number): string => fleet.urls[gateway] ?? '';
const entities = (gateway: number): Entities => new Entities(caller(() => at(gateway)));

const PATH = '/_electric/electric/v1/shape';
const ending: AbortController[] = [];

type Params = NonNullable<ShapeStreamOptions['params']>;

interface Options {
  readonly subscribe?: boolean;
  readonly offset?: `${number}_${number}`;
  readonly handle?: string;
  readonly liveSse?: boolean;
  readonly principal?: string;
}

/** A stream of the published client that ends with its test. */
const follow = (gateway: number, params: Params, options: Options = {}): ShapeStream => {
  const aborter = new AbortController();
  ending.push(aborter);
  const { principal, ...rest } = options;
  return new ShapeStream({
    url: at(gateway) + PATH,
    params,
    signal: aborter.signal,
    ...(principal !== undefined && { headers: { 'electric-principal': principal } }),
    ...rest,
  });
};

const list = (gateway: number, params: Params, options: Options = {}): Promise<Row[]> =>
  new Shape(follow(gateway, params, { subscribe: false, ...options })).rows;

const ofType = (type: string): Params => ({ table: 'entities', where: 'type = $1', params: [type] });

const urls = (rows: readonly Row[]): readonly string[] => rows.map(({ url }) => url as string).sort();

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const env = { LONG_POLL_TIMEOUT_MS: '1000' };
  fleet = await Fleet.start({ ...servers.urls, env, copies: { gateway: 2, projector: 2, saga: 0 } });
}, LONG_MS);

afterAll(async () => {
  await fleet.stop();
  await servers.stop();
  for (const { value } of timers.mock.results) clearTimeout(value as NodeJS.Timeout);
}, LONG_MS);

afterEach(() => {
  for (const aborter of ending.splice(0)) aborter.abort();
});

describe('the published client', () => {
  it('lists what was spawned on any gateway before, with all columns of the contract', async () => {
    await entities(0).register('listed');
    for (let n = 0; n < 20; n += 1) {
      await entities(n % 2).spawn(`listed/${String(n)}`, { args: { n }, tags: { team: 'blue' } });
      const rows = await list((n + 1) % 2, ofType('listed'));
      expect(rows).toHaveLength(n + 1);
    }
    const [row] = await list(1, { ...ofType('listed'), where: `url = '/listed/3'` });
    expect(row).toEqual({
      tenant_id: 'default',
      url: '/listed/3',
      type: 'listed',
      status: 'idle',
      dispatch_policy: null,
      tags: { team: 'blue' },
      spawn_args: { n: 3 },
      sandbox: null,
      parent: null,
      created_by: '/principal/system%3Adev-local',
      type_revision: 1,
      inbox_schemas: null,
      state_schemas: null,
      created_at: expect.any(BigInt),
      updated_at: expect.any(BigInt),
    });
  }, 60_000);

  it('follows inserts, updates and deletes, two shapes at once, and fetches the same shape again', async () => {
    await entities(0).register('live');
    await entities(0).spawn('live/1');
    const all = new Shape(follow(0, ofType('live')));
    const paused = new Shape(follow(1, { table: 'entities', where: `type = 'live' AND status = 'paused'` }));
    expect(urls(await all.rows)).toEqual(['/live/1']);
    expect(await paused.rows).toEqual([]);
    await entities(1).spawn('live/2');
    await entities(0).call('POST', '/v1/entities/live/1/signal', { signal: 'SIGSTOP' });
    await entities(1).call('POST', '/v1/entities/live/2/tags/colour', { value: 'red' });
    await until('the insert and the tag', () =>
      all.currentRows.some(({ tags }) => JSON.stringify(tags) === '{"colour":"red"}'),
    );
    await until('the paused one', () => paused.currentRows.length === 1);
    expect(all.currentRows.find(({ url }) => url === '/live/1')).toMatchObject({ status: 'paused', type: 'live' });
    expect(paused.currentRows[0]).toMatchObject({ url: '/live/1', type: 'live', spawn_args: {} });
    await entities(0).call('POST', '/v1/entities/live/1/signal', { signal: 'SIGCONT' });
    await until('it leaves the shape', () => paused.currentRows.length === 0);
    expect(urls(await list(0, ofType('live')))).toEqual(['/live/1', '/live/2']);
    expect(urls(await list(0, ofType('live')))).toEqual(['/live/1', '/live/2']);
  }, 60_000);

  it('follows by server-sent events', async () => {
    await entities(0).register('events');
    const shape = new Shape(follow(0, ofType('events'), { liveSse: true }));
    expect(await shape.rows).toEqual([]);
    for (const n of ['1', '2', '3']) {
      await entities(1).spawn(`events/${n}`);
      await until(`entity ${n}`, () => shape.currentRows.length === Number(n));
    }
    await entities(1).call('POST', '/v1/entities/events/2/signal', { signal: 'SIGKILL' });
    await until('the update', () => shape.currentRows.some(({ status }) => status === 'killed'));
  }, 60_000);

  it('finds the transaction of its write among the changes', async () => {
    await entities(0).register('txids');
    const stream = follow(1, ofType('txids'));
    const seen: ChangeMessage[] = [];
    stream.subscribe((messages) => void seen.push(...messages.filter((message) => isChangeMessage(message))));
    await until('up to date', () => stream.isUpToDate);
    const spawned = await entities(0).spawnAnswer('txids/1');
    const killed = await entities(0).call('POST', '/v1/entities/txids/1/signal', { signal: 'SIGKILL' });
    await until('both changes', () => seen.length >= 2);
    expect(seen.map(({ headers: { operation, txids } }) => [operation, txids])).toEqual([
      ['insert', [spawned.json.txid]],
      ['update', [killed.json.txid]],
    ]);
    expect(seen[0]?.key).toBe('"public"."entities"/"default"/"/txids/1"');
    expect(Object.keys(seen[1]?.value ?? {}).sort()).toEqual(['status', 'tenant_id', 'updated_at', 'url']);
  }, 60_000);

  it(
    'goes on where it was after every gateway and projector was killed',
    async () => {
      await entities(0).register('resumed');
      await entities(0).spawn('resumed/1');
      const waiting = new Shape(follow(0, ofType('resumed')));
      const stream = follow(0, ofType('resumed'), { subscribe: false });
      await new Shape(stream).rows;
      const { lastOffset, shapeHandle } = stream;
      await Promise.all([fleet.kill('gateway', 0), fleet.kill('projector', 0), fleet.kill('projector', 1)]);
      await Promise.all([fleet.launch('gateway', 0), fleet.launch('projector', 0), fleet.launch('projector', 1)]);
      await entities(0).spawn('resumed/2');
      const offset = lastOffset as `${number}_${number}`;
      const again = follow(1, ofType('resumed'), { subscribe: false, offset, handle: shapeHandle ?? '' });
      expect(urls(await new Shape(again).rows)).toEqual(['/resumed/2']);
      expect(again.shapeHandle).toBe(shapeHandle);
      await until('the one that waited goes on', () => waiting.currentRows.length === 2, { withinMs: 60_000 });
      expect(waiting.handle).toBe(shapeHandle);
    },
    LONG_MS,
  );

  it(
    'begins anew when the rows were rebuilt',
    async () => {
      await entities(0).register('rebuilt');
      for (const n of ['1', '2', '3']) await entities(0).spawn(`rebuilt/${n}`);
      const shape = new Shape(follow(0, ofType('rebuilt')));
      await shape.rows;
      const before = shape.handle;
      const { natsUrl, databaseUrl, dir } = servers.urls;
      const ops = ReveilleChild.spawn({
        command: [process.execPath, 'scripts/start.mjs', 'ops', 'rebuild', 'entities'],
        env: { NATS_URL: natsUrl, DATABASE_URL: databaseUrl, REVEILLE_DATA_DIR: `${dir}/reveille` },
      });
      expect((await ops.ended).code).toBe(0);
      await until('another handle', () => shape.handle !== before && shape.isUpToDate, { withinMs: 60_000 });
      await entities(1).spawn('rebuilt/4');
      await until('all rows', () => shape.currentRows.length === 4);
      expect(urls(shape.currentRows)).toEqual(['/rebuilt/1', '/rebuilt/2', '/rebuilt/3', '/rebuilt/4']);
    },
    LONG_MS,
  );

  it(
    'fetches many rows page by page, while more are spawned',
    async () => {
      await entities(0).register('many');
      let next = 0;
      const spawnAll = async (gateway: number): Promise<void> => {
        while (next < MANY) await entities(gateway).spawn(`many/${String((next += 1))}`);
      };
      await Promise.all(Array.from({ length: 32 }, (_, n) => spawnAll(n % 2)));
      const stream = follow(0, ofType('many'), { subscribe: false });
      const batches: number[] = [];
      stream.subscribe((messages) => void batches.push(messages.filter((message) => isChangeMessage(message)).length));
      const shape = new Shape(stream);
      const more = entities(1).spawn('many/while');
      const rows = await shape.rows;
      await more;
      expect(new Set(urls(rows)).size).toBe(rows.length);
      expect(rows.length).toBeGreaterThanOrEqual(MANY);
      expect(batches.length).toBeGreaterThan(1);
      expect(batches[0]).toBe(1_000);
    },
    LONG_MS,
  );

  it('follows entity types: registered, amended, deleted', async () => {
    const shape = new Shape(follow(1, { table: 'entity_types', where: `name = 'typed'` }));
    expect(await shape.rows).toEqual([]);
    const registered = { name: 'typed', description: 'one', inbox_schemas: { note: { type: 'object' } } };
    await entities(0).call('POST', '/v1/entity-types', registered);
    await until('the type', () => shape.currentRows.length === 1);
    expect(shape.currentRows[0]).toMatchObject({
      tenant_id: 'default',
      name: 'typed',
      description: 'one',
      creation_schema: null,
      inbox_schemas: { note: { type: 'object' } },
      state_schemas: null,
      revision: 1,
      created_at: expect.stringMatching(/Z$/),
    });
    await entities(0).spawn('typed/1');
    expect(await list(1, { table: 'entities', where: `type = 'typed'` })).toMatchObject([
      { inbox_schemas: { note: { type: 'object' } }, state_schemas: null, type_revision: 1 },
    ]);
    await entities(0).call('POST', '/v1/entity-types', { ...registered, description: 'two' });
    await until('the update', () => shape.currentRows[0]?.['revision'] === 2);
    expect(shape.currentRows[0]?.['description']).toBe('two');
    await entities(0).call('DELETE', '/v1/entity-types/typed');
    await until('the delete', () => shape.currentRows.length === 0);
    expect(await list(0, { table: 'entities', where: `type = 'typed'` })).toMatchObject([
      { inbox_schemas: { note: { type: 'object' } } },
    ]);
  }, 60_000);

  it('asks for some columns, and for whole rows', async () => {
    await entities(0).register('columns');
    await entities(0).spawn('columns/1');
    const narrow = await list(0, { ...ofType('columns'), columns: ['status'] });
    expect(narrow).toEqual([{ tenant_id: 'default', url: '/columns/1', status: 'idle' }]);
    const stream = follow(0, { ...ofType('columns'), replica: 'full' });
    const seen: ChangeMessage[] = [];
    stream.subscribe((messages) => void seen.push(...messages.filter((message) => isChangeMessage(message))));
    await until('up to date', () => stream.isUpToDate);
    await entities(1).call('POST', '/v1/entities/columns/1/signal', { signal: 'SIGKILL' });
    await until('the change', () => seen.length === 2);
    expect(seen[1]).toMatchObject({ value: { type: 'columns', status: 'killed' }, old_value: { status: 'idle' } });
  }, 60_000);
});

describe('who may not see everything', () => {
  const bob = { principal: 'user:bob' };
  const grant = { permission: 'read', subject_kind: 'principal', subject_value: '/principal/user%3Abob' };

  it('sees what is its own or given to it, also when that comes and goes while it follows', async () => {
    await entities(0).register('guarded');
    await entities(0).spawn('guarded/secret');
    await entities(1).spawn('guarded/given', { grants: [grant] });
    const shape = new Shape(follow(0, ofType('guarded'), bob));
    expect(urls(await shape.rows)).toEqual(['/guarded/given']);
    await entities(0).spawn('guarded/later', { grants: [grant] });
    await until('what was given at its spawn', () => shape.currentRows.length === 2);
    const given = await entities(1).call('POST', '/v1/entities/guarded/secret/grants', grant);
    expect(given.status).toBe(201);
    await until('what was given after', () => shape.currentRows.length === 3);
    const permissions = new Shape(follow(1, { table: 'entity_effective_permissions' }, bob));
    expect((await permissions.rows).map(({ entity_url: url }) => url as string).sort()).toEqual([
      '/guarded/given',
      '/guarded/later',
      '/guarded/secret',
    ]);
    const taken = await entities(0).call('DELETE', `/v1/entities/guarded/secret/grants/${String(given.json.id)}`);
    expect(taken.status).toBeLessThan(300);
    await until('it is taken away', () => shape.isUpToDate && shape.currentRows.length === 2);
    await until('the permission, too', () => permissions.isUpToDate && permissions.currentRows.length === 2);
    expect(await list(1, { table: 'entity_types', where: `name = 'guarded'` }, bob)).toEqual([]);
    expect(await list(1, { table: 'runners' }, bob)).toEqual([]);
  }, 60_000);

  it('sees the users, from their first act on', async () => {
    const shape = new Shape(follow(0, { table: 'users', where: `id = 'carol'` }, bob));
    expect(await shape.rows).toEqual([]);
    const carol = { 'electric-principal': 'user:carol' };
    await entities(1).call('GET', '/v1/entities/principal/user%3Acarol', undefined, carol);
    await until('the user', () => shape.currentRows.length === 1);
    expect(shape.currentRows[0]).toMatchObject({ tenant_id: 'default', id: 'carol', display_name: null, email: null });
    expect(shape.currentRows[0]?.['created_at']).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/);
  }, 60_000);
});

describe('the page of the how-to', () => {
  it.each(pageExamples('docs/how-to/follow-with-the-electric-client.md'))(
    'shows what "$title" prints',
    async ({ program, output }) => {
      expect(await outputOfExample(program, { REVEILLE_URL: at(1) })).toBe(output);
    },
    LONG_MS,
  );
});

describe('the wire', () => {
  const get = (query: string, headers = {}): ReturnType<Entities['call']> =>
    entities(0).call('GET', `${PATH}?${query}`, undefined, headers);

  it('has the headers that clients need, and the cursor on live answers only', async () => {
    const first = await get('table=entities&offset=-1&where=' + encodeURIComponent(`type = 'nothing'`));
    expect(first.status).toBe(200);
    expect(first.json).toEqual([{ headers: { control: 'up-to-date' } }]);
    expect(first.headers.has('electric-cursor')).toBe(false);
    expect(first.headers.has('electric-up-to-date')).toBe(true);
    expect(first.headers.get('access-control-expose-headers')).toBe('*');
    expect(JSON.parse(first.headers.get('electric-schema') ?? '')).toMatchObject({
      url: { type: 'text', not_null: true },
      tags: { type: 'jsonb', not_null: true },
      created_at: { type: 'int8', not_null: true },
    });
    const handle = first.headers.get('electric-handle') ?? '';
    const offset = first.headers.get('electric-offset') ?? '';
    const where = encodeURIComponent(`type = 'nothing'`);
    const live = await get(`table=entities&offset=${offset}&handle=${handle}&live=true&where=${where}`);
    expect(live.json).toEqual([{ headers: { control: 'up-to-date' } }]);
    expect(live.headers.has('electric-cursor')).toBe(true);
    expect(live.headers.get('electric-handle')).toBe(handle);
    expect(live.headers.get('electric-offset')).toMatch(/^\d+_0$/);
    expect(
      (await entities(1).call('GET', `/v1/shape?table=entities&offset=-1&where=${where}`)).headers.get(
        'electric-handle',
      ),
    ).toBe(handle);
  }, 30_000);

  it.each([
    ['table=secrets&offset=-1', 403, 'TABLE_NOT_ALLOWED'],
    ['offset=-1', 403, 'TABLE_NOT_ALLOWED'],
    ['table=entities&table=entity_types&offset=-1', 403, 'TABLE_NOT_ALLOWED'],
    [`table=entities&offset=-1&where=${encodeURIComponent(`1=1) OR (1=1`)}`, 400, 'INVALID_WHERE'],
    [`table=entities&offset=-1&where=${encodeURIComponent(`write_token = 'x'`)}`, 400, 'INVALID_WHERE'],
    [`table=entities&offset=-1&where=${encodeURIComponent(`tags @> '{"a":"\\ud800"}'`)}`, 400, 'INVALID_WHERE'],
    ['table=entities&offset=-1&columns=write_token', 400, 'INVALID_REQUEST'],
    ['table=entities&offset=1_0', 400, 'INVALID_REQUEST'],
    ['table=secrets', 403, 'TABLE_NOT_ALLOWED'],
    ['table=secrets&offset=nowhere&where=)', 403, 'TABLE_NOT_ALLOWED'],
    ['table=entities&where=)', 400, 'INVALID_WHERE'],
    ['table=entities', 400, 'INVALID_REQUEST'],
    ['table=entities&offset=-1&handle=%00', 400, 'INVALID_REQUEST'],
  ])('refuses %s', async (query, status, code) => {
    expect(await get(query)).toMatchObject({ status, json: { error: { code } } });
  });

  it.each([
    ['of another shape', `${'0'.repeat(24)}-1-0-0`, '1_0'],
    ['of another server', '38263781-1795292038000', '0_inf'],
  ])('tells the holder of a handle %s to begin anew', async (_what, handle, offset) => {
    for (const more of ['', '&live=true']) {
      const answer = await get(`table=entities&offset=${offset}&handle=${handle}${more}`);
      expect(answer).toMatchObject({ status: 409, json: [{ headers: { control: 'must-refetch' } }] });
      expect(answer.headers.get('electric-handle')).toMatch(/^[0-9a-f]{24}(-\d+){3}$/);
      expect(answer.headers.get('electric-handle')).not.toBe(handle);
    }
  });
});
