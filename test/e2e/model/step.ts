import { append, claim, release } from './claims.js';
import { write } from './collections.js';
import type { Answer, Command } from './commands.js';
import { amend, deleteType, getType, grantType, register, revokeType, typeGrants } from './entity-types.js';
import { member, refusal, UNAUTHORIZED, type Expectation } from './expectation.js';
import { grant, grants, revoke } from './grants.js';
import { difference } from './patterns.js';
import { found, isRefusal } from './prologue.js';
import { get, head, listed, read, stored } from './reads.js';
import { deleteMessage, edit, send } from './send.js';
import { kill, signal } from './signals.js';
import { spawn } from './spawn.js';
import type { State } from './state.js';
import { tag, untag } from './tags.js';

// A few commands have two right answers; they are told which one came.
const decided = (state: State, command: Command, answer: Answer): Expectation => {
  switch (command.kind) {
    case 'register':
      return register(state, command);
    case 'amend':
      return amend(state, command);
    case 'delete-type':
      return deleteType(state, command);
    case 'get-type':
      return getType(state, command);
    case 'grant-type':
      return grantType(state, command);
    case 'revoke-type':
      return revokeType(state, command);
    case 'type-grants':
      return typeGrants(state, command);
    case 'spawn':
      return spawn(state, command);
    case 'get':
      return get(state, command);
    case 'head':
      return head(state, command);
    case 'read':
      return read(state, command);
    case 'listed':
      return listed(state, command);
    case 'stored':
      return stored(state, command);
    case 'send':
      return send(state, command);
    case 'signal':
      return signal(state, command);
    case 'kill':
      return kill(state, command);
    case 'tag':
      return tag(state, command);
    case 'untag':
      return untag(state, command);
    case 'edit':
      return edit(state, command);
    case 'delete-message':
      return deleteMessage(state, command);
    case 'write':
      return write(state, command);
    case 'claim':
      return claim(state, command, answer);
    case 'release':
      return release(state, command);
    case 'append':
      return append(state, command, answer);
    case 'grant':
      return grant(state, command);
    case 'revoke':
      return revoke(state, command);
    case 'grants':
      return grants(state, command);
  }
};

/** One request is another one's repetition when everything but its outcome is the same. */
const requestOf = ({ idempotencyKey: _key, lost: _lost, ...asked }: Command): string => JSON.stringify(asked);

/** Its form alone is wrong: it never becomes a command, so that nobody asks for its key. */
const isMalformed = (command: Command): boolean => command.kind === 'tag' && typeof command.value !== 'string';

/** What was done once under a key is answered again, and not done again; the key is nobody else's. */
const repeated = (state: State, command: Command): Expectation | undefined => {
  const before = command.idempotencyKey === undefined ? undefined : state.kept[command.idempotencyKey];
  if (!before || isMalformed(command)) return undefined;
  // A fresh token is for those who may claim now.
  if (command.kind === 'claim' && isRefusal(found(state, command, 'manage'))) return UNAUTHORIZED;
  if (before.request !== requestOf(command)) return refusal(409, 'IDEMPOTENCY_KEY_REUSED');
  const { status, code, body } = before;
  // The refusal of a first message is repeated too, but tells nobody that it is.
  const isSaid = status < 300 && { headers: { 'idempotency-replayed': 'true' } };
  return { status, ...(code !== undefined && { code }), body, ...isSaid };
};

const kept = (state: State, command: Command, { status, body }: Answer, { code, next }: Expectation): State => {
  const key = command.idempotencyKey;
  if (key === undefined) return state;
  // A fresh token of the same claim; and what a tag that was set already belongs to may have changed.
  const changes = command.kind === 'claim' || next === undefined;
  const entry = { request: requestOf(command), status, code, ...(!changes && { body }) };
  return { ...state, kept: { ...state.kept, [key]: entry } };
};

const codeOf = (body: unknown): unknown => member(member(body, 'error'), 'code');

const wrongIn = (expected: Expectation, { status, body, headers }: Answer): string | undefined => {
  const wanted = `${String(expected.status)} ${expected.code ?? ''}`;
  if (status !== expected.status) return `${String(status)} ${String(codeOf(body))} instead of ${wanted}`;
  if (expected.code !== undefined && codeOf(body) !== expected.code)
    return `${String(codeOf(body))} instead of ${wanted}`;
  if (expected.body !== undefined) {
    const differs = difference(expected.body, body);
    if (differs !== undefined) return differs;
  }
  for (const [name, value] of Object.entries(expected.headers ?? {}))
    if ((headers[name] ?? null) !== value) return `${name}: ${String(headers[name])} instead of ${String(value)}`;
  return undefined;
};

export type Step = { readonly state: State } | { readonly wrong: string };

/** Whether this may be answered so in this state, and what is so afterwards. The same object: nothing changed. */
export const step = (state: State, command: Command, answer: Answer): Step => {
  const again = repeated(state, command);
  const expected = again ?? decided(state, command, answer);
  const wrong = wrongIn(expected, answer);
  if (wrong !== undefined) return { wrong };
  if (again) return { state };
  const { next, remembered } = expected;
  if (!next && !remembered) return { state };
  return { state: kept(next ? next(answer) : state, command, answer, expected) };
};
