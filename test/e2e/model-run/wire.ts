import { DEVELOPER } from '../model/access.js';
import type { Command } from '../model/commands.js';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const segment = encodeURIComponent;
const JSON_TYPE = { 'content-type': 'application/json' };
const bearer = (token: string): Request['headers'] => ({ authorization: `Bearer ${token}` });

type Bare = Omit<Request, 'headers'> & { readonly headers?: Request['headers'] };

const entity = (url: string, rest = ''): string => `/v1/entities${url}${rest}`;
const typePath = (name: string, rest = ''): string => `/v1/entity-types/${name}${rest}`;

const bare = (command: Exclude<Command, Command<'listed' | 'stored'>>): Bare => {
  switch (command.kind) {
    case 'register': {
      const { fields, grants, bad } = command;
      const body = { ...fields, permission_grants: grants, ...(bad && { inbox_schemas: { m: { dependencies: {} } } }) };
      return { method: 'POST', path: '/v1/entity-types', body };
    }
    case 'amend':
      return {
        method: 'PATCH',
        path: typePath(command.name, '/schemas'),
        body: { inbox_schemas: command.inbox, state_schemas: command.state },
      };
    case 'delete-type':
      return { method: 'DELETE', path: typePath(command.name) };
    case 'get-type':
      return { method: 'GET', path: typePath(command.name) };
    case 'grant-type':
      return { method: 'POST', path: typePath(command.name, '/grants'), body: command.grant };
    case 'revoke-type':
      return { method: 'DELETE', path: typePath(command.name, `/grants/${String(command.id)}`) };
    case 'type-grants':
      return { method: 'GET', path: typePath(command.name, '/grants') };
    case 'spawn': {
      const { args, tags, parent, grants, message } = command;
      const first = message && { initialMessage: message.payload, initialMessageType: message.type };
      return { method: 'PUT', path: entity(command.url), body: { args, tags, parent, grants, ...first } };
    }
    case 'get':
      return { method: 'GET', path: entity(command.url) };
    case 'head':
      return { method: 'HEAD', path: entity(command.url) };
    case 'read':
      return { method: 'GET', path: `${command.url}/main?offset=-1` };
    case 'send': {
      const { payload, key, type, mode, position, from } = command;
      const body = { payload, key, type, mode, position, from };
      return { method: 'POST', path: entity(command.url, '/send'), body };
    }
    case 'signal':
      return {
        method: 'POST',
        path: entity(command.url, '/signal'),
        body: { signal: command.signal, reason: command.reason },
      };
    case 'kill':
      return { method: 'DELETE', path: entity(command.url) };
    case 'tag':
      return {
        method: 'POST',
        path: entity(command.url, `/tags/${segment(command.key)}`),
        body: { value: command.value },
      };
    case 'untag':
      return { method: 'DELETE', path: entity(command.url, `/tags/${segment(command.key)}`) };
    case 'edit': {
      const { payload, position, mode, status } = command;
      const body = { payload, position, mode, status };
      return { method: 'PATCH', path: entity(command.url, `/inbox/${segment(command.key)}`), body };
    }
    case 'delete-message':
      return { method: 'DELETE', path: entity(command.url, `/inbox/${segment(command.key)}`) };
    case 'write': {
      const { operation, key, value, collection } = command;
      return {
        method: 'POST',
        path: entity(command.url, `/collections/${collection}`),
        body: { operation, key, value },
      };
    }
    case 'claim':
      return { method: 'POST', path: entity(command.url, '/claim'), body: { runner: 'model', leaseMs: 600_000 } };
    case 'release':
      return {
        method: 'POST',
        path: entity(command.url, '/claim/release'),
        body: { claimEpoch: Math.max(command.epoch, 1) },
        headers: bearer(command.token),
      };
    case 'append': {
      const { url, token, events, producer } = command;
      const body = events.map((event) => ({ ...event, headers: { operation: 'insert' } }));
      const own = producer && {
        'producer-id': producer.id,
        'producer-epoch': String(producer.epoch),
        'producer-seq': String(producer.seq),
      };
      return { method: 'POST', path: `${url}/main`, body, headers: { ...JSON_TYPE, ...bearer(token), ...own } };
    }
    case 'grant':
      return { method: 'POST', path: entity(command.url, '/grants'), body: command.grant };
    case 'revoke':
      return { method: 'DELETE', path: entity(command.url, `/grants/${String(command.id)}`) };
    case 'grants':
      return { method: 'GET', path: entity(command.url, '/grants') };
  }
};

export const principalHeader = (who: string): Request['headers'] =>
  who === DEVELOPER ? {} : { 'electric-principal': who };

/** A command as a request. */
export const requestOf = (command: Exclude<Command, Command<'listed' | 'stored'>>): Request => {
  const { headers, ...rest } = bare(command);
  const { who, idempotencyKey: key } = command;
  return { ...rest, headers: { ...principalHeader(who), ...(key && { 'idempotency-key': key }), ...headers } };
};
