/*
 * What servers of this kind are known to get wrong. Two gateways and a projector, each a process of its own; kill -9 where
 * it matters.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chance } from '@app/testing/chance.js';
import { textEvent, type Entities, type Item } from './support/entities.js';
import { Gateways } from './support/gateways.js';
import { refused } from './support/refused.js';

const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 2);
const LONG_MS = 120_000;

let gateways: Gateways;
let one: Entities;
let two: Entities;

beforeAll(async () => {
  gateways = await Gateways.start(2);
  one = gateways.entities(0);
  two = gateways.entities(1);
}, LONG_MS);

afterAll(async () => {
  await gateways.stop();
}, LONG_MS);

const register = async (name: string, more: object): Promise<void> => {
  const { status } = await one.call('POST', '/v1/entity-types', { name, description: 'for a test', ...more });
  expect(status).toBe(201);
};

const typesOf = async (path: string): Promise<readonly string[]> => (await two.items(path)).map(({ type }) => type);

describe('a spawn', () => {
  const whole = { args: { a: 1 }, tags: { t: 'v' }, initialMessage: { hello: 1 } };

  it(
    'whose gateway dies is whole or was never there',
    async () => {
      process.stdout.write(`spawns that are killed: ${JSON.stringify({ seed: SEED })}\n`);
      const chance = new Chance(SEED);
      await register('half', { slash_commands: [{ name: 'help' }, { name: 'stop' }] });
      for (let round = 0; round < ROUNDS; round += 1) {
        const path = (n: number): string => `half/${String(round)}-${String(n)}`;
        let asked = 0;
        const asking = (async () => {
          for (;;) {
            const first = asked;
            asked += 8;
            const batch = Array.from({ length: 8 }, (_, n) => one.spawnAnswer(path(first + n), whole));
            for (const { status } of await Promise.all(batch)) expect(status).toBe(201);
          }
        })().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, chance.between(50, 300)));
        gateways.at(0).signal('SIGKILL');
        await gateways.at(0).ended;
        await asking;
        for (let n = Math.max(0, asked - 16); n < asked; n += 1) {
          const found = await two.call('GET', `/v1/entities/${path(n)}`);
          expect([200, 404]).toContain(found.status);
          const again = await two.spawnAnswer(path(n), whole);
          // What the dead one had given to the other may have come in between.
          expect(found.status === 200 ? [409] : [201, 409]).toContain(again.status);
          expect(await typesOf(path(n))).toEqual(['entity_created', 'slash_command', 'slash_command', 'inbox']);
        }
        await gateways.restart(0);
      }
    },
    LONG_MS,
  );

  it('of one id in two gateways at once happens once', async () => {
    await register('once', {});
    for (let n = 0; n < 20; n += 1) {
      const path = `once/${String(n)}`;
      const answers = await Promise.all([one, two, one, two].map((each) => each.spawnAnswer(path, whole)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
      expect(await typesOf(path)).toEqual(['entity_created', 'inbox']);
    }
  });
});

describe('an entity whose type is deleted', () => {
  it('lives on with the schemas of its spawn, and nothing new of the type comes to be', async () => {
    await register('gone', {
      inbox_schemas: { ask: { type: 'object', required: ['q'] } },
      state_schemas: { note: { type: 'object' } },
      externally_writable_collections: { notes: { type: 'note' } },
    });
    await one.spawn('gone/a');
    expect((await one.call('DELETE', '/v1/entity-types/gone')).status).toBe(204);
    const send = (payload: unknown, type = 'ask') => two.call('POST', '/v1/entities/gone/a/send', { type, payload });
    expect((await send({ q: 1 })).status).toBe(200);
    expect(await send({})).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
    expect(await send({}, 'other')).toMatchObject(refused(422, 'UNKNOWN_MESSAGE_TYPE'));
    const row = { operation: 'insert', value: {} };
    expect((await two.call('POST', '/v1/entities/gone/a/collections/notes', row)).status).toBe(201);
    const claim = await two.claim('gone/a');
    expect(await two.appendAnswer('gone/a', claim, [textEvent('t')])).toMatchObject(refused(422, 'UNKNOWN_EVENT_TYPE'));
    const read = await two.call('GET', '/v1/entities/gone/a');
    expect(read).toMatchObject({ status: 200, json: { type: 'gone' } });
    expect(read.json).not.toHaveProperty('externally_writable_collections');
    expect(await two.list('gone')).toEqual(['gone/a']);
    expect(await two.spawnAnswer('gone/b')).toMatchObject(refused(404, 'UNKNOWN_ENTITY_TYPE'));
    expect(await two.call('GET', '/v1/entities/gone/b')).toMatchObject(refused(404, 'UNKNOWN_ENTITY_TYPE'));
    await register('gone', { inbox_schemas: { tell: {} } });
    expect((await two.call('GET', '/v1/entity-types/gone')).json.revision).toBe(1);
    expect((await send(1, 'tell')).status).toBe(200);
    expect((await send({ q: 1 })).status).toBe(200);
  });
});

describe('an entity whose type is replaced', () => {
  const REPLACEMENTS = 20;
  // So that not all of what the type once was fits into the memory of a gateway.
  const description = 'x'.repeat(200_000);

  it(
    'keeps to the schemas of its spawn, in gateways that were killed since',
    async () => {
      const paths = Array.from({ length: REPLACEMENTS }, (_, n) => `changing/${String(n)}`);
      for (const [n, path] of paths.entries()) {
        await register('changing', { description, inbox_schemas: { [`note-${String(n)}`]: { const: n } } });
        await one.spawn(path);
      }
      for (const place of [0, 1]) {
        gateways.at(place).signal('SIGKILL');
        await gateways.at(place).ended;
        await gateways.restart(place);
      }
      const send = (by: Entities, path: string, n: number, payload: unknown) =>
        by.call('POST', `/v1/entities/${path}/send`, { type: `note-${String(n)}`, payload });
      for (const by of [one, two, one])
        for (const [n, path] of paths.entries()) {
          expect((await send(by, path, n, n)).status).toBe(200);
          expect(await send(by, path, n, -1)).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
          if (n > 0) expect(await send(by, path, n - 1, n)).toMatchObject(refused(422, 'UNKNOWN_MESSAGE_TYPE'));
        }
    },
    LONG_MS,
  );
});

describe('an entity that has ended', () => {
  it.each([
    ['SIGTERM', 'stopped'],
    ['SIGKILL', 'killed'],
  ])('by %s has a stream that is closed, on every gateway at once', async (signal, status) => {
    await register('ends', {});
    const path = `ends/${status}`;
    await one.spawn(path);
    const claim = await one.claim(path);
    await one.append(path, claim, [textEvent('t')]);
    await one.call(
      'POST',
      `/v1/entities/${path}/claim/release`,
      { claimEpoch: claim.claimEpoch },
      {
        authorization: `Bearer ${claim.token}`,
      },
    );
    expect((await one.call('POST', `/v1/entities/${path}/signal`, { signal })).json).toMatchObject({
      new_state: status,
    });
    expect((await two.call('GET', `/v1/entities/${path}`)).json.status).toBe(status);
    const read = await two.call('GET', `/${path}/main`);
    expect(read.headers.get('stream-closed')).toBe('true');
    expect((read.json as readonly Item[]).map(({ type }) => type)).toEqual(['entity_created', 'text', 'signal']);
    expect((await two.call('GET', `/${path}/main?offset=now&live=long-poll`)).status).toBe(204);
    expect(await two.call('POST', `/v1/entities/${path}/signal`, { signal })).toMatchObject(
      refused(409, 'INVALID_SIGNAL'),
    );
    expect(await two.sendAnswer(path, 1)).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await two.spawnAnswer(path)).toMatchObject(refused(409, 'DUPLICATE_URL'));
    expect((await two.items(path)).length).toBe(3);
  });
});

describe('a write token', () => {
  it(
    'is good after every gateway was killed',
    async () => {
      await register('token', {});
      await one.spawn('token/a');
      const claim = await one.claim('token/a');
      for (const place of [0, 1]) gateways.at(place).signal('SIGKILL');
      await Promise.all([gateways.restart(0), gateways.restart(1)]);
      await one.append('token/a', claim, [textEvent('1')]);
      await two.append('token/a', claim, [textEvent('2')]);
      expect(await typesOf('token/a')).toEqual(['entity_created', 'text', 'text']);
    },
    LONG_MS,
  );
});

describe('NUL and halves of characters', () => {
  const odd = 'a\0b\ud800c';

  it('are refused where a table holds them', async () => {
    await register('odd', {});
    await one.spawn('odd/a');
    for (const [method, path, body] of [
      ['PUT', '/v1/entities/odd/b', { args: { deep: [odd] } }],
      ['PUT', '/v1/entities/odd/b', { args: { [odd]: 1 } }],
      ['PUT', '/v1/entities/odd/b', { tags: { a: odd } }],
      ['PUT', '/v1/entities/odd/b', { tags: { [odd]: 'a' } }],
      ['PUT', '/v1/entities/odd%00/b', {}],
      ['PUT', '/v1/entities/odd/b%00', {}],
      ['PUT', '/v1/entities/odd/%ed%a0%80', {}],
      ['POST', '/v1/entities/odd/a/tags/a', { value: odd }],
      ['POST', '/v1/entities/odd/a/tags/a%00', { value: 'a' }],
      ['POST', '/v1/entities/odd/a/tags/%ed%a0%80', { value: 'a' }],
      ['POST', '/v1/entity-types', { name: 'odd2', description: odd }],
    ] as const)
      expect([method, path, (await one.call(method, path, body)).status]).toEqual([method, path, 400]);
    expect((await one.call('GET', '/v1/entities/odd/b')).status).toBe(404);
  });

  it('are kept in what a stream holds', async () => {
    const payload = { text: odd, [odd]: 1 };
    expect((await one.sendAnswer('odd/a', payload)).status).toBe(200);
    const claim = await one.claim('odd/a');
    await one.append('odd/a', claim, [{ type: 'text', key: 'k', value: payload, headers: { operation: 'insert' } }]);
    const items = await two.items('odd/a');
    expect(items.at(-2)?.value.payload).toEqual(payload);
    expect(items.at(-1)?.value).toEqual(payload);
    expect(await two.list('odd')).toEqual(['odd/a']);
  });
});

describe('an entity without a dispatch policy', () => {
  it('gets the default that its type has by the time of a message', async () => {
    await register('late', {});
    await one.spawn('late/a');
    expect((await one.call('GET', '/v1/entities/late/a')).json).not.toHaveProperty('dispatch_policy');
    const policy = { targets: [{ type: 'webhook', url: 'http://127.0.0.1:1/', subscription_id: 'webhook:late' }] };
    await register('late', { default_dispatch_policy: policy });
    // Whichever gateway owns the stream has heard of the new default once it was asked for it.
    for (const each of [one, two]) await each.call('GET', '/v1/entity-types/late');
    expect((await one.sendAnswer('late/a', 1)).status).toBe(200);
    expect((await two.call('GET', '/v1/entities/late/a')).json.dispatch_policy).toEqual(policy);
    const listed = await two.call('GET', '/v1/entities?type=late');
    expect(listed.json).toMatchObject([{ url: '/late/a', dispatch_policy: policy }]);
  });
});
