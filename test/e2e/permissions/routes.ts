import type { Makes, Request } from './as.js';
import { toPrincipal } from './as.js';

/** A route that needs one permission on an entity. */
export interface Route {
  readonly name: string;
  readonly needs: string;
  readonly answers: number;
  /** What is sent about `chat/{id}`; `own`: an entity of whoever asks. Nobody asks twice with one of these. */
  readonly request: (path: string, own: string, makes: Makes) => Request | Promise<Request>;
  /** A body that is refused with 400 whoever sends it. */
  readonly badBody?: unknown;
}

const entity = (
  name: string,
  needs: string,
  answers: number,
  [method, suffix, body]: readonly [method: string, suffix: string, body?: unknown],
  more: Partial<Route> = {},
): Route => ({
  name,
  needs,
  answers,
  request: (path) => ({ method, path: `/v1/entities/${path}${suffix}`, body }),
  ...more,
});

let children = 0;
const freshChild = (): string => {
  children += 1;
  return `/v1/entities/chat/child${String(children)}`;
};

const wake = (subscriber: string, source: string): object => ({
  subscriberUrl: `/${subscriber}`,
  sourceUrl: `/${source}`,
  condition: 'runFinished',
});

export const ROUTES: readonly Route[] = [
  entity('GET entity', 'read', 200, ['GET', '']),
  entity('GET entity, the older prefix', 'read', 200, ['GET', ''], {
    request: (path) => ({ method: 'GET', path: `/_electric/entities/${path}` }),
  }),
  entity('HEAD entity', 'read', 200, ['HEAD', '']),
  ...['', '/v1/stream'].flatMap((prefix) =>
    ['GET', 'HEAD'].map((method): Route => ({
      name: `${method} ${prefix}/{entity}/main`,
      needs: 'read',
      answers: 200,
      request: (path) => ({ method, path: `${prefix}/${path}/main` }),
    })),
  ),
  {
    name: 'long-poll of the main stream',
    needs: 'read',
    answers: 200,
    request: (path) => ({ method: 'GET', path: `/${path}/main?offset=-1&live=long-poll` }),
  },
  entity('DELETE entity', 'delete', 200, ['DELETE', '']),
  entity('signal', 'signal', 200, ['POST', '/signal', { signal: 'SIGUSR' }], { badBody: { signal: 'SIGWHAT' } }),
  entity('send', 'write', 200, ['POST', '/send', { payload: 1 }], { badBody: { payload: 1, key: 7 } }),
  entity('edit of a message', 'write', 200, ['PATCH', '/inbox/m', { position: 'a' }], { badBody: { position: 7 } }),
  entity('deletion of a message', 'write', 200, ['DELETE', '/inbox/m']),
  entity('collection', 'write', 201, ['POST', '/collections/notes', { operation: 'insert', value: {} }], {
    badBody: { operation: 'upsert' },
  }),
  entity('tag', 'write', 200, ['POST', '/tags/a', { value: 'b' }], { badBody: { value: 7 } }),
  entity('removal of a tag', 'write', 200, ['DELETE', '/tags/a']),
  entity('claim', 'manage', 200, ['POST', '/claim', { runner: 'r' }], { badBody: {} }),
  entity('list of grants', 'manage', 200, ['GET', '/grants']),
  entity('grant', 'manage', 201, ['POST', '/grants', toPrincipal('user:carol', 'read')], { badBody: {} }),
  entity('revocation', 'manage', 204, ['DELETE', ''], {
    request: async (path, _own, makes) => {
      const id = await makes.grant(path, toPrincipal('user:carol', 'read'));
      return { method: 'DELETE', path: `/v1/entities/${path}/grants/${String(id)}` };
    },
  }),
  {
    name: 'spawn below it',
    needs: 'spawn',
    answers: 201,
    request: (path) => ({ method: 'PUT', path: freshChild(), body: { parent: `/${path}` } }),
  },
  ...[
    toPrincipal('user:carol', 'manage'),
    { ...toPrincipal('user:carol', 'read'), subject_kind: 'principal_kind', subject_value: 'agent' },
    toPrincipal('user:carol', 'read', { propagation: 'descendants' }),
    toPrincipal('user:carol', 'read', { copy_to_children: true }),
  ].map((grant, index): Route => ({
    name: `spawn below it with a broad grant, ${String(index + 1)}`,
    needs: 'manage',
    answers: 201,
    request: (path) => ({ method: 'PUT', path: freshChild(), body: { parent: `/${path}`, grants: [grant] } }),
  })),
  {
    name: 'spawn that wakes it',
    needs: 'write',
    answers: 201,
    request: (path) => ({
      method: 'PUT',
      path: freshChild(),
      body: { wake: { subscriberUrl: `/${path}`, condition: 'runFinished' } },
    }),
  },
  {
    name: 'wake registration with it as the source',
    needs: 'read',
    answers: 204,
    request: (path, own) => ({ method: 'POST', path: '/v1/wake', body: wake(own, path) }),
  },
  {
    name: 'wake registration with it as the subscriber',
    needs: 'write',
    answers: 204,
    request: (path, own) => ({ method: 'POST', path: '/v1/wake', body: wake(path, own) }),
  },
  {
    name: 'end of a wake registration',
    needs: 'write',
    answers: 204,
    request: (path, own) => ({
      method: 'POST',
      path: '/v1/wake/unregister',
      body: { subscriberUrl: `/${path}`, sourceUrl: `/${own}` },
    }),
  },
];
