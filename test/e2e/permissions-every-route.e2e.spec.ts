import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { caller, type Answer } from './gateway/http.js';
import { startMemoryGateway, type RunningGateway } from './gateway/memory-gateway.js';
import { asOf, must, toKind, toPrincipal, TYPE } from './permissions/as.js';
import { describedRoutes, type ApiDescription, type DescribedRoute } from './permissions/described-routes.js';

const STRANGER = 'user:stranger';
const SECRET = 'do-not-tell-7261';
const ENTITY = '/kept/1';

let gateway: RunningGateway;
let routes: readonly DescribedRoute[];
const as = asOf(caller(() => gateway.url));

beforeAll(async () => {
  gateway = await startMemoryGateway();
  const type = { ...TYPE, name: 'kept', description: SECRET, permission_grants: [toKind('service', 'manage')] };
  must(await as()('POST', '/v1/entity-types', type), 201);
  const spawn = { args: { SECRET }, tags: { SECRET }, initialMessage: SECRET, grants: [toKind('service', 'manage')] };
  must(await as()('PUT', `/v1/entities${ENTITY}`, spawn), 201);
  must(await as()('PUT', `/_electric/shared-state/${SECRET}`, SECRET, { 'content-type': 'text/plain' }), 201);
  routes = describedRoutes((await as()('GET', '/docs-json')).json as ApiDescription);
});
afterAll(() => gateway.stop());

// Bodies that are right for some route, beside the smallest that its description allows.
const BODIES: readonly unknown[] = [
  undefined,
  {},
  { payload: SECRET },
  { signal: 'SIGKILL' },
  { value: 'v' },
  { operation: 'insert', value: {} },
  { position: 'a' },
  { runner: 'r' },
  { state_schemas: { 'state:new': {} } },
  toPrincipal(STRANGER, 'manage'),
  { subscriberUrl: ENTITY, sourceUrl: ENTITY, condition: 'runFinished' },
];

const FIELDS = ['subjectType"\r\n\r\ninbox', 'subjectKey"\r\n\r\nm', 'file"; filename="f"\r\n\r\nbytes'];
const FORM = `${FIELDS.map((field) => `--b\r\ncontent-disposition: form-data; name="${field}\r\n`).join('')}--b--\r\n`;

const NAMES: Readonly<Record<string, string>> = { type: 'kept', id: '1', name: 'kept', grantId: '1' };

const filled = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name: string) => NAMES[name] ?? 'x');

const world = async (): Promise<readonly string[]> =>
  Promise.all(
    [`/v1/entities${ENTITY}`, `${ENTITY}/main`, `/v1/entities${ENTITY}/grants`, '/v1/entity-types/kept'].map(
      async (path) => must(await as()('GET', path), 200).text,
    ),
  );

/** All that the stranger is told by a route, under both of its prefixes. */
const answers = async ({ method, path, body, form }: DescribedRoute): Promise<readonly Answer[]> => {
  const paths = [path, path.replace(/^\/v1\//, '/_electric/')].map(filled);
  const bodies = /^(GET|HEAD|DELETE)$/.test(method) ? [undefined] : [...BODIES, body];
  const told: Answer[] = [];
  for (const each of new Set(paths)) {
    for (const sent of bodies) told.push(await as(STRANGER)(method, each, sent));
    if (form) told.push(await as(STRANGER)(method, each, FORM, { 'content-type': 'multipart/form-data; boundary=b' }));
  }
  return told;
};

it('there are routes', () => expect(routes.length).toBeGreaterThan(20));

it('a stranger is told nothing and changes nothing, by any route that names an entity or a type', async () => {
  const before = await world();
  for (const route of routes.filter(({ path }) => /\{(type|name)\}/.test(path))) {
    const told = await answers(route);
    const what = `${route.method} ${route.path}`;
    for (const { status, text } of told) {
      expect([what, status >= 400 && status < 500]).toEqual([what, true]);
      expect([what, text.includes(SECRET)]).toEqual([what, false]);
    }
    // Not only because no body was right.
    expect([what, told.some(({ status }) => status === 401)]).toEqual([what, true]);
  }
  expect(await world()).toEqual(before);
});

it('a stranger is told nothing of others by the routes that name nothing', async () => {
  const before = await world();
  for (const route of routes.filter(({ path }) => !path.includes('{')))
    for (const { status, text } of await answers(route)) {
      expect([route.path, status < 500]).toEqual([route.path, true]);
      expect([route.path, text.includes(SECRET)]).toEqual([route.path, false]);
    }
  expect(await world()).toEqual(before);
});

it('a stranger reads no stream that belongs to an entity, whatever it is called', async () => {
  const state = `_electric/shared-state/${SECRET}`;
  for (const path of [`kept/1/main`, 'kept/1/attachments/x', state, 'principal/system%3Adev-local/main'])
    for (const prefix of ['/', '/v1/stream/'])
      for (const query of ['', '?offset=-1', '?offset=now', '?offset=-1&live=long-poll', '?offset=-1&live=sse'])
        expect([path, (await as(STRANGER)('GET', `${prefix}${path}${query}`)).status]).toEqual([path, 401]);
  for (const alias of ['/kept/%31/main', '/kept//1/main', '/kept/1/./main', '/kept/1/main/', '/%6bept/1/main'])
    for (const prefix of ['', '/v1/stream'])
      expect((await as(STRANGER)('GET', `${prefix}${alias}`)).text).not.toContain(SECRET);
});
