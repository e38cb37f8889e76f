import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { removeTestDir, testDir } from '@app/testing/servers.js';
import { startReveille, type StartedReveille } from '../../apps/standalone/src/start-reveille.js';
import { caller, jsonOf, type Answer, type Headered } from './gateway/http.js';

const STARTING_MS = 120_000;

let dataDir: string;
let reveille: StartedReveille;
const call = caller(() => reveille.url);

beforeAll(async () => {
  dataDir = await testDir();
  const env = { PORT: '0', HOST: '127.0.0.1', REVEILLE_DATA_DIR: dataDir, LOG_LEVEL: 'error' };
  reveille = await startReveille({ env });
}, STARTING_MS);

afterAll(async () => {
  await reveille.stop();
  await removeTestDir(dataDir);
}, STARTING_MS);

const refused = (status: number, code: string): object => ({
  status,
  json: { error: { code, message: expect.any(String) } },
});

let names = 0;
const fresh = (what: string): string => `${what}-${String((names += 1))}`;

const register = async (more: object = {}): Promise<string> => {
  const name = fresh('type');
  expect((await call('POST', '/v1/entity-types', { name, description: 'for a test', ...more })).status).toBe(201);
  return name;
};

const spawn = async (body: object = {}, type?: string): Promise<string> => {
  const path = `${type ?? (await register())}/${fresh('e')}`;
  expect(await call('PUT', `/v1/entities/${path}`, body)).toMatchObject({ status: 201 });
  return path;
};

const signal = (path: string, name: string): Promise<Answer> =>
  call('POST', `/v1/entities/${path}/signal`, { signal: name });

interface Item {
  readonly type: string;
}

const items = async (path: string): Promise<readonly Item[]> =>
  jsonOf<readonly Item[]>(await call('GET', `/${path}/main`));

const JSON_TYPE = { 'content-type': 'application/json' };

interface Claimed {
  readonly epoch: number;
  readonly token: string;
  readonly headers: Headered;
}

const claim = async (path: string, runner = 'runner-1', leaseMs = 60_000): Promise<Claimed> => {
  const { status, json } = await call('POST', `/v1/entities/${path}/claim`, { runner, leaseMs });
  expect(status).toBe(200);
  return {
    epoch: json.claimEpoch,
    token: json.token,
    headers: { ...JSON_TYPE, authorization: `Bearer ${json.token}` },
  };
};

const run = { type: 'run', key: 'run-1', value: { status: 'started' }, headers: { operation: 'insert' } };

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

describe('entity types', () => {
  it('are registered, replaced, read, listed and deleted', async () => {
    const name = fresh('type');
    const first = await call('POST', '/_electric/entity-types', {
      name,
      description: 'first',
      inbox_schemas: { ask: { type: 'object' } },
      serve_endpoint: 'http://127.0.0.1:1/x',
    });
    expect(first).toMatchObject({
      status: 201,
      json: {
        name,
        revision: 1,
        creation_schema: null,
        state_schemas: null,
        default_dispatch_policy: { targets: [{ type: 'webhook', url: 'http://127.0.0.1:1/x' }] },
      },
    });
    expect(first.headers.get('reveille-durability')).toBe(reveille.durability);
    const second = await call('POST', '/v1/entity-types', { name, description: 'second' });
    expect(second).toMatchObject({
      status: 201,
      json: { revision: 2, inbox_schemas: null, created_at: first.json.created_at },
    });
    expect(second.json).not.toHaveProperty('serve_endpoint');
    expect((await call('GET', `/v1/entity-types/${name}`)).json).toEqual(second.json);
    const listed = jsonOf<readonly { name: string }[]>(await call('GET', '/v1/entity-types')).map(
      ({ name: each }) => each,
    );
    expect(listed).toEqual([...listed].sort());
    expect(listed).toEqual(expect.arrayContaining([name, 'principal']));
    expect(await call('DELETE', `/v1/entity-types/${name}`)).toMatchObject({ status: 204, text: '' });
    expect(await call('GET', `/v1/entity-types/${name}`)).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('DELETE', `/v1/entity-types/${name}`)).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('POST', '/v1/entity-types', { name, description: 'again' })).toMatchObject({
      json: { revision: 1 },
    });
  });

  it.each([
    ['no name', { description: 'd' }],
    ['no description', { name: 'x' }],
    ['an unknown field', { name: 'x', description: 'd', metadata_schema: {} }],
    ['a foreign keyword', { name: 'x', description: 'd', creation_schema: { if: {} } }],
    ['an unknown format', { name: 'x', description: 'd', creation_schema: { type: 'string', format: 'phone' } }],
    [
      'comments under another contract',
      { name: 'x', description: 'd', externally_writable_collections: { comments: { type: 's' } } },
    ],
    ['two dispatch targets', { name: 'x', description: 'd', default_dispatch_policy: { targets: [1, 2] } }],
  ])('are not registered with %s', async (_what, body) => {
    expect(await call('POST', '/v1/entity-types', body)).toMatchObject(refused(400, 'INVALID_REQUEST'));
  });

  it('have slash commands with proper names', async () => {
    const body = { name: 'x', description: 'd', slash_commands: [{ name: 'No' }] };
    const answer = await call('POST', '/v1/entity-types', body);
    expect(answer).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
    expect(answer.json.error.details[0].path).toBe('/slash_commands/0/name');
  });

  it('take more schemas, and never another for one they have', async () => {
    const name = await register({ inbox_schemas: { ask: { type: 'object' } } });
    const path = `/v1/entity-types/${name}/schemas`;
    expect(await call('PATCH', path, { inbox_schemas: { tell: {} }, state_schemas: { note: {} } })).toMatchObject({
      status: 200,
      json: { revision: 2, inbox_schemas: { ask: { type: 'object' }, tell: {} }, state_schemas: { note: {} } },
    });
    expect(await call('PATCH', path, { inbox_schemas: { ask: {} } })).toMatchObject(refused(409, 'SCHEMA_KEY_EXISTS'));
    expect(await call('PATCH', path, { x: 1 })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect(await call('PATCH', path, { inbox_schemas: { x: { if: {} } } })).toMatchObject(
      refused(400, 'INVALID_REQUEST'),
    );
    expect(await call('PATCH', '/v1/entity-types/missing/schemas', { x: 1 })).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('PATCH', '/v1/entity-types/principal/schemas', {})).toMatchObject(
      refused(400, 'INVALID_REQUEST'),
    );
    expect(await call('DELETE', '/v1/entity-types/principal')).toMatchObject(refused(400, 'INVALID_REQUEST'));
  });

  describe('behind a serve endpoint', () => {
    let server: Server;
    let url: string;
    let answer: { status: number; body: string };
    beforeAll(async () => {
      server = createServer((request, response) => {
        response.writeHead(request.method === 'PUT' ? answer.status : 405).end(answer.body);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    it('are described by it', async () => {
      const name = fresh('served');
      answer = { status: 200, body: JSON.stringify({ name, description: 'from there', inbox_schemas: { a: {} } }) };
      expect(await call('POST', '/v1/entity-types', { name, serve_endpoint: url })).toMatchObject({
        status: 201,
        json: { name, description: 'from there', inbox_schemas: { a: {} }, serve_endpoint: url },
      });
    });

    it('are not registered when it fails, or describes another one', async () => {
      const asked = { name: 'served', serve_endpoint: url };
      answer = { status: 200, body: JSON.stringify({ name: 'another', description: 'd' }) };
      expect(await call('POST', '/v1/entity-types', asked)).toMatchObject(refused(400, 'SERVE_ENDPOINT_NAME_MISMATCH'));
      for (answer of [
        { status: 500, body: '{}' },
        { status: 200, body: 'no json' },
        { status: 200, body: '[]' },
      ])
        expect(await call('POST', '/v1/entity-types', asked)).toMatchObject(refused(502, 'SERVE_ENDPOINT_UNREACHABLE'));
      expect(await call('POST', '/v1/entity-types', { ...asked, serve_endpoint: 'no url' })).toMatchObject(
        refused(502, 'SERVE_ENDPOINT_UNREACHABLE'),
      );
    });
  });
});

describe('spawning', () => {
  it('answers with the entity, and its stream holds what it was made of', async () => {
    const type = await register({ slash_commands: [{ name: 'fix' }] });
    const parent = await spawn({}, type);
    const url = `/${type}/child`;
    const spawned = await call('PUT', `/_electric/entities${url}`, {
      args: { a: 1 },
      tags: { team: 'red' },
      parent: `/${parent}`,
      initialMessage: { hello: 'there' },
    });
    expect(spawned).toMatchObject({
      status: 201,
      json: {
        url,
        type,
        status: 'idle',
        streams: { main: `${url}/main` },
        tags: { team: 'red' },
        spawn_args: { a: 1 },
        parent: `/${parent}`,
        created_by: '/principal/system%3Adev-local',
        txid: expect.any(Number),
      },
    });
    expect(spawned.headers.get('reveille-durability')).toBe(reveille.durability);
    const { txid: _txid, ...entity } = spawned.json;
    expect((await call('GET', `/v1/entities${url}`)).json).toEqual(entity);
    expect(await items(`${type}/child`)).toMatchObject([
      { type: 'entity_created', value: { entity_type: type, args: { a: 1 }, parent_url: `/${parent}` } },
      { type: 'slash_command', key: 'fix' },
      { type: 'inbox', value: { from: '/principal/system%3Adev-local', payload: { hello: 'there' } } },
    ]);
  });

  it('without args reads back as an empty object', async () => {
    const path = await spawn();
    expect((await call('GET', `/v1/entities/${path}`)).json.spawn_args).toEqual({});
  });

  it('is refused for a reason', async () => {
    const type = await register({ creation_schema: { type: 'object', required: ['a'] } });
    const url = `/v1/entities/${type}/x`;
    const bad = await call('PUT', url, { args: {} });
    expect(bad).toMatchObject(refused(422, 'SCHEMA_VALIDATION_FAILED'));
    expect(bad.json.error.details).toEqual([{ path: '/', message: "must have required property 'a'" }]);
    expect(await call('PUT', '/v1/entities/missing/x', { args: 1 })).toMatchObject(refused(404, 'UNKNOWN_ENTITY_TYPE'));
    expect(await call('PUT', '/v1/entities/principal/user:x', {})).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect(await call('PUT', url, { parent: `/${type}/nobody` })).toMatchObject(refused(404, 'NOT_FOUND'));
    expect(await call('PUT', url, { tags: { a: 1 } })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect(await call('PUT', url, { sandbox: { profile: 'x' } })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    const runner = { targets: [{ type: 'runner', runnerId: 'r' }] };
    expect(await call('PUT', url, { dispatch_policy: runner })).toMatchObject(refused(404, 'NOT_FOUND'));
    const running = await register({ default_dispatch_policy: runner });
    expect(await call('PUT', `/v1/entities/${running}/x`)).toMatchObject(refused(404, 'NOT_FOUND'));
    const wake = { subscriberUrl: '/a/b', condition: 'runFinished', debounceMs: 5 };
    expect(await call('PUT', url, { wake })).toMatchObject(refused(400, 'INVALID_REQUEST'));
    expect(await call('PUT', url)).toMatchObject({ status: 201 });
    for (const again of [{}, { sandbox: { profile: 'x' } }])
      expect(await call('PUT', url, again)).toMatchObject(refused(409, 'DUPLICATE_URL'));
  });

  it('once of many at once', async () => {
    const type = await register();
    const all = await Promise.all(Array.from({ length: 20 }, () => call('PUT', `/v1/entities/${type}/one`)));
    expect(all.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });

  it('with a message that is refused leaves the entity, and tells', async () => {
    const type = await register({ inbox_schemas: { ask: {} } });
    const body = { initialMessage: 1, initialMessageType: 'unknown' };
    expect(await call('PUT', `/v1/entities/${type}/x`, body)).toMatchObject(refused(422, 'UNKNOWN_MESSAGE_TYPE'));
    expect(await call('GET', `/v1/entities/${type}/x`)).toMatchObject({ status: 200 });
  });
});

describe('reading', () => {
  it('tells a missing entity from a missing type', async () => {
    const type = await register();
    for (const [method, suffix, body] of [
      ['GET', '', undefined],
      ['DELETE', '', undefined],
      ['POST', '/send', '{'],
      ['POST', '/signal', '{'],
      ['POST', '/tags/a', '{'],
      ['DELETE', '/tags/a', undefined],
      ['POST', '/claim', '{'],
    ] as const) {
      expect(await call(method, `/v1/entities/${type}/x${suffix}`, body)).toMatchObject(refused(404, 'NOT_FOUND'));
      expect(await call(method, `/v1/entities/missing/x${suffix}`, body)).toMatchObject(
        refused(404, 'UNKNOWN_ENTITY_TYPE'),
      );
    }
    expect((await call('HEAD', `/v1/entities/${type}/x`)).status).toBe(404);
  });

  it('lists what was just spawned, newest first, by every filter', async () => {
    const type = await register();
    const parent = await spawn({}, type);
    const child = await spawn({ parent: `/${parent}` }, type);
    await signal(child, 'SIGKILL');
    const urls = async (query: string): Promise<string[]> =>
      jsonOf<readonly { url: string }[]>(await call('GET', `/v1/entities?${query}`)).map(({ url }) => url);
    expect(await urls(`type=${type}`)).toEqual([`/${child}`, `/${parent}`]);
    expect(await urls(`type=${type}&status=killed`)).toEqual([`/${child}`]);
    expect(await urls(`parent=/${parent}`)).toEqual([`/${child}`]);
    expect(await urls(`type=${type}&created_by=${encodeURIComponent('/principal/system%3Adev-local')}`)).toHaveLength(
      2,
    );
    expect(await urls(`type=${type}&type=other`)).toHaveLength(2);
    expect(await urls('status=nothing')).toEqual([]);
  });

  it('lists an entity whatever its tags are called', async () => {
    const type = await register();
    // Random, since what repeats is compressed before it is measured.
    const key = randomBytes(400).toString('hex');
    const path = await spawn({ tags: { [key]: 'v' } }, type);
    await signal(path, 'SIGKILL');
    expect((await call('GET', `/v1/entities?type=${type}`)).json).toMatchObject([
      { url: `/${path}`, status: 'killed', tags: { [key]: 'v' } },
    ]);
    const tags = { [randomBytes(600).toString('hex')]: 'v' };
    expect(await call('PUT', `/v1/entities/${type}/x`, { tags })).toMatchObject(refused(400, 'INVALID_REQUEST'));
  });

  it('brings about the entity of a principal', async () => {
    const key = encodeURIComponent('user:alice@example.com');
    expect(await call('GET', `/v1/entities/principal/${key}`)).toMatchObject({
      status: 200,
      json: { url: `/principal/${key}`, type: 'principal', tags: { principal_kind: 'user' } },
    });
    expect(await call('GET', '/v1/entities/principal/alice')).toMatchObject(refused(400, 'INVALID_REQUEST'));
    for (const [method, suffix, body] of [
      ['DELETE', '', undefined],
      ['POST', '/signal', { signal: 'SIGKILL' }],
      ['POST', '/tags/a', { value: 'b' }],
    ] as const)
      expect(await call(method, `/v1/entities/principal/${key}${suffix}`, body)).toMatchObject(
        refused(400, 'INVALID_REQUEST'),
      );
    const update = { type: 'update_identity', payload: { identity: {} } };
    const eve = { subject_kind: 'principal', subject_value: '/principal/user%3Aeve', permission: 'write' };
    expect((await call('POST', `/v1/entities/principal/${key}/grants`, eve)).status).toBe(201);
    expect(
      await call('POST', `/v1/entities/principal/${key}/send`, update, { 'electric-principal': 'user:eve' }),
    ).toMatchObject(refused(403, 'UNAUTHORIZED'));
  });
});

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
    expect(await call('POST', path, { payload: 1, type: 'tell' })).toMatchObject(refused(422, 'UNKNOWN_MESSAGE_TYPE'));
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

describe('signals', () => {
  it('answer with what they did', async () => {
    const path = await spawn();
    expect(await signal(path, 'SIGSTOP')).toMatchObject({
      status: 200,
      json: {
        url: `/${path}`,
        signal: 'SIGSTOP',
        previous_state: 'idle',
        new_state: 'paused',
        txid: expect.any(Number),
      },
    });
    expect(await signal(path, 'SIGNONE')).toMatchObject(refused(400, 'INVALID_REQUEST'));
    await call('POST', `/v1/entities/${path}/send`, { payload: 1 });
    expect((await call('GET', `/v1/entities/${path}`)).json.status).toBe('idle');
  });

  it.each([
    ['SIGKILL', 'killed'],
    ['SIGTERM', 'stopped'],
  ])('%s ends an entity at once and for ever', async (name, status) => {
    const path = await spawn();
    expect(await signal(path, name)).toMatchObject({ json: { new_state: status } });
    expect((await call('GET', `/v1/entities/${path}`)).json.status).toBe(status);
    const url = `/v1/entities/${path}`;
    expect(await call('POST', `${url}/send`, { payload: 1 })).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await call('POST', `${url}/tags/a`, { value: 'b' })).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await call('DELETE', `${url}/tags/a`)).toMatchObject(refused(409, 'NOT_RUNNING'));
    expect(await signal(path, 'SIGCONT')).toMatchObject(refused(409, 'INVALID_SIGNAL'));
    expect(await call('DELETE', url)).toMatchObject(refused(409, 'INVALID_SIGNAL'));
    expect(await call('PUT', url)).toMatchObject(refused(409, 'DUPLICATE_URL'));
    expect(await call('POST', `${url}/claim`, { runner: 'r' })).toMatchObject({ status: 200, json: { done: true } });
    expect((await items(path)).at(-1)).toMatchObject({ type: 'signal', value: { signal: name } });
  });

  it('have an older form', async () => {
    const path = await spawn();
    expect(await call('DELETE', `/v1/entities/${path}`)).toMatchObject({
      status: 200,
      json: { txid: expect.any(Number) },
    });
    expect((await call('GET', `/v1/entities/${path}`)).json.status).toBe('killed');
  });
});

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
    expect(await call('POST', main, 'x', { ...headers, 'content-type': 'text/plain' })).toMatchObject({ status: 409 });
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
