import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller, jsonOf, type Answer, type Headered } from './gateway/http.js';
import { AppProcess, appEnvironment } from './support/app-process.js';
import { Entities } from './support/entities.js';
import { until } from './support/until.js';

const LONG_MS = 180_000;
const MANY = Number(process.env['OPERATIONS_MANY'] ?? 1_000);

interface Operation {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly errors: readonly { readonly url: string; readonly code: string }[];
}

let servers: TestServers;
let projector: AppProcess;
let gateways: readonly AppProcess[];

const at = (place: number): Entities => new Entities(caller(() => gateways[place]?.url ?? ''));

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const env = appEnvironment(servers);
  projector = await AppProcess.create('projector', env);
  gateways = [await AppProcess.create('gateway', env), await AppProcess.create('gateway', env)];
  await Promise.all([projector, ...gateways].map((app) => app.start()));
  await at(0).register('bulk');
}, LONG_MS);

afterAll(async () => {
  await Promise.all([...gateways, projector].map((app) => app.destroy()));
  await servers.stop();
}, LONG_MS);

const start = (place: number, body: unknown, headers: Headered = {}): Promise<Answer> =>
  at(place).call('POST', '/v1/operations', body, headers);

const get = async (place: number, id: string, headers: Headered = {}): Promise<Operation> =>
  (await at(place).call('GET', `/v1/operations/${id}`, undefined, headers)).json as Operation;

const ended = (place: number, id: string, headers: Headered = {}): Promise<Operation> =>
  until(
    `the end of ${id}`,
    async () => {
      const operation = await get(place, id, headers);
      return ['completed', 'cancelled'].includes(operation.status) ? operation : undefined;
    },
    { withinMs: 90_000, everyMs: 50 },
  );

const spawns = (prefix: string, count: number): object => ({
  kind: 'spawn',
  entities: Array.from({ length: count }, (_, n) => ({
    url: `/bulk/${prefix}-${String(n)}`,
    tags: { batch: prefix },
    initialMessage: { n },
  })),
});

const inBatch = async (batch: string, more = ''): Promise<readonly string[]> =>
  (await at(1).pages(`/v1/entities?tag[batch]=${batch}&limit=1000${more}`)).flat().map(({ url }) => url);

/** Items of the streams of a batch that are of a type. */
const count = async (batch: string, type: string): Promise<number> => {
  let found = 0;
  for (const url of await inBatch(batch))
    found += (await at(1).items(url.slice(1))).filter((item) => item.type === type).length;
  return found;
};

const sample = async (batch: string): Promise<readonly string[]> =>
  (await inBatch(batch)).filter((_, n) => n % 5 === 0);

describe('an operation', () => {
  it('spawns many entities, and tells which of them were refused', async () => {
    await at(0).spawn('bulk/few-3');
    const answer = await start(0, spawns('few', 5));
    expect(answer.status).toBe(202);
    const { id, total } = answer.json as Operation;
    expect([total, answer.headers.get('location')]).toEqual([5, `/v1/operations/${id}`]);
    expect(await ended(1, id)).toMatchObject({
      status: 'completed',
      done: 4,
      failed: 1,
      errors: [{ url: '/bulk/few-3', code: 'DUPLICATE_URL' }],
    });
    expect(await inBatch('few')).toHaveLength(4);
    expect(await count('few', 'inbox')).toBe(4);
  });

  it('signals all that match a filter, and nobody else', async () => {
    await ended(0, jsonOf<Operation>(await start(0, spawns('half', 250))).id);
    await at(0).spawn('bulk/bystander', { tags: { batch: 'other' } });
    const body = {
      kind: 'signal',
      filter: { type: 'bulk', tags: { batch: 'half' } },
      signal: 'SIGSTOP',
      reason: 'all',
    };
    const { id, total } = jsonOf<Operation>(await start(1, body));
    expect(total).toBe(250);
    expect(await ended(0, id)).toMatchObject({ status: 'completed', done: 250, failed: 0 });
    expect(await inBatch('half', '&status=paused')).toHaveLength(250);
    expect(await count('half', 'signal')).toBe(250);
    expect((await at(0).call('GET', '/v1/entities/bulk/bystander')).json).toMatchObject({ status: 'idle' });
  });

  it('is started once under a key, and answers the same', async () => {
    const key = { 'idempotency-key': 'bulk' };
    const first = await start(0, spawns('keyed', 3), key);
    const again = await start(1, spawns('keyed', 3), key);
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([202, first.text, 'true']);
    expect((await start(1, spawns('keyed', 4), key)).status).toBe(409);
    expect(await ended(0, (first.json as Operation).id)).toMatchObject({ done: 3, failed: 0 });
  });

  it(
    'goes on when its process is killed, and does nothing twice',
    async () => {
      const { id } = jsonOf<Operation>(await start(0, spawns('killed', MANY)));
      await until('some of it', async () => (await get(1, id)).done > 0);
      await gateways[0]?.end('SIGKILL');
      expect((await get(1, id)).status).toBe('running');
      expect(await ended(1, id)).toMatchObject({ status: 'completed', done: MANY, failed: 0, total: MANY });
      expect(await inBatch('killed')).toHaveLength(MANY);
      for (const url of await sample('killed'))
        expect((await at(1).items(url.slice(1))).map(({ type }) => type)).toEqual(['entity_created', 'inbox']);
      await gateways[0]?.start();
    },
    LONG_MS,
  );

  it(
    'signals everybody once although its process is killed',
    async () => {
      const body = { kind: 'signal', filter: { tags: { batch: 'killed' } }, signal: 'SIGUSR' };
      const { id } = jsonOf<Operation>(await start(0, body));
      await until('some of it', async () => (await get(1, id)).done > 0);
      await gateways[0]?.end('SIGKILL');
      expect(await ended(1, id)).toMatchObject({ status: 'completed', done: MANY, failed: 0 });
      await gateways[0]?.start();
      for (const url of await sample('killed'))
        expect((await at(1).items(url.slice(1))).map(({ type }) => type)).toEqual([
          'entity_created',
          'inbox',
          'signal',
        ]);
    },
    LONG_MS,
  );

  it('is cancelled: what was begun is finished, and nothing else', async () => {
    const { id } = jsonOf<Operation>(await start(0, spawns('cancelled', 2_000)));
    const cancelled = await at(1).call('DELETE', `/v1/operations/${id}`);
    expect([cancelled.status, (cancelled.json as Operation).status]).toEqual([202, 'cancelling']);
    const { status, done, failed } = await ended(0, id);
    expect([status, failed]).toEqual(['cancelled', 0]);
    expect(done).toBeLessThan(2_000);
    expect(await inBatch('cancelled')).toHaveLength(done);
    expect((await at(0).call('DELETE', `/v1/operations/${id}`)).json).toMatchObject({ status: 'cancelled', done });
  });

  it('is nobody else’s business', async () => {
    const { id } = jsonOf<Operation>(await start(0, spawns('mine', 1), { 'electric-principal': 'user:me' }));
    const other = { 'electric-principal': 'user:other' };
    for (const method of ['GET', 'DELETE'])
      expect((await at(0).call(method, `/v1/operations/${id}`, undefined, other)).status).toBe(404);
    expect((await at(0).call('GET', `/_operations/${id}`)).status).toBe(404);
    expect((await at(0).call('GET', `/v1/stream/_operations/${id}`)).status).toBe(404);
    const me = { 'electric-principal': 'user:me' };
    expect((await at(0).call('GET', `/_electric/operations/${id}`, undefined, me)).status).toBe(200);
  });

  it('may do what who started it may do', async () => {
    const guest = { 'electric-principal': 'user:guest' };
    const run = async (body: object): Promise<Operation> =>
      ended(0, jsonOf<Operation>(await start(0, body, guest)).id, guest);
    const refused = { status: 'completed', done: 0, failed: 2, errors: [{ code: 'UNAUTHORIZED' }, {}] };
    expect(await run(spawns('guest', 2))).toMatchObject(refused);
    await ended(0, jsonOf<Operation>(await start(0, spawns('shared', 2))).id);
    const kill = { kind: 'signal', filter: { tags: { batch: 'shared' } }, signal: 'SIGKILL' };
    expect(await run(kill)).toMatchObject({ total: 0, done: 0, failed: 0 });
    for (const permission of ['read', 'signal'])
      for (const id of permission === 'read' ? ['shared-0', 'shared-1'] : ['shared-1'])
        await at(0).call('POST', `/v1/entities/bulk/${id}/grants`, {
          subject_kind: 'principal',
          subject_value: '/principal/user%3Aguest',
          permission,
        });
    expect(await run(kill)).toMatchObject({ total: 2, done: 1, failed: 1, errors: [{ url: '/bulk/shared-0' }] });
    expect(await inBatch('shared', '&status=killed')).toEqual(['/bulk/shared-1']);
  });

  it.each([
    {},
    { kind: 'fork' },
    { kind: 'spawn' },
    { kind: 'spawn', entities: [] },
    { kind: 'spawn', entities: [{ url: 'bulk/x' }] },
    { kind: 'spawn', entities: [{ url: '/principal/user%3Ax' }] },
    { kind: 'spawn', entities: [{ url: '/bulk/x', args: 1 }] },
    { kind: 'spawn', entities: [{ url: '/bulk/x', args: { a: '\u0000' } }] },
    { kind: 'spawn', entities: [{ url: '/bulk/x' }], filter: {} },
    { kind: 'signal', signal: 'SIGKILL' },
    { kind: 'signal', filter: {}, signal: 'SIGKILL' },
    { kind: 'signal', filter: { tags: {} }, signal: 'SIGKILL' },
    { kind: 'signal', filter: { typ: 'bulk' }, signal: 'SIGKILL' },
    { kind: 'signal', filter: { type: 'bulk' }, signal: 'SIGFOO' },
  ])('is refused when it says this: %j', async (body) => {
    const { status, json } = await start(0, body);
    expect([status, (json as { error: { code: string } }).error.code]).toEqual([400, 'INVALID_REQUEST']);
  });

  it.each(['op-1', 'x', `op-${'0'.repeat(36)}`])('is 404 when there is none: %s', async (id) => {
    for (const method of ['GET', 'DELETE']) expect((await at(0).call(method, `/v1/operations/${id}`)).status).toBe(404);
  });
});
