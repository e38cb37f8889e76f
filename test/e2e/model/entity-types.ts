import { isExpired, isThere, mayWithType, urlOf } from './access.js';
import type { Command } from './commands.js';
import { BAD_REQUEST, member, NOT_FOUND, refusal, UNAUTHORIZED, type Expectation } from './expectation.js';
import { NUMBER, TIME } from './patterns.js';
import { withType, type Gift, type Grant, type State, type Type } from './state.js';

const shown = (type: Type): object => ({
  name: type.name,
  description: type.description,
  creation_schema: type.creation_schema ?? null,
  inbox_schemas: type.inbox_schemas ?? null,
  state_schemas: type.state_schemas ?? null,
  ...(type.externally_writable_collections && {
    externally_writable_collections: type.externally_writable_collections,
  }),
  revision: type.revision,
  created_at: TIME,
  updated_at: TIME,
});

/** What is registered, or why the command ends here. */
const known = (state: State, name: string, who: string, permission: string): Type | Expectation => {
  const type = state.types[name];
  if (!type) return NOT_FOUND;
  return mayWithType(type, who, permission) ? type : UNAUTHORIZED;
};
const isRefusal = (found: Type | Expectation): found is Expectation => 'status' in found;

const isSame = (a: Gift, b: Gift): boolean =>
  a.permission === b.permission &&
  a.subject_kind === b.subject_kind &&
  a.subject_value === b.subject_value &&
  a.expires_at === b.expires_at;

/** A registration sees to it that its grants are there, once. */
const ensured = (grants: readonly Grant[], gifts: readonly Gift[], who: string): readonly Grant[] =>
  gifts.reduce<readonly Grant[]>(
    (all, gift) => (all.some((grant) => isSame(grant, gift)) ? all : [...all, { ...gift, created_by: urlOf(who) }]),
    grants,
  );

export const register = (state: State, { fields, grants = [], bad, who }: Command<'register'>): Expectation => {
  const before = state.types[fields.name];
  if (before && !mayWithType(before, who, 'manage')) return UNAUTHORIZED;
  if (bad) return BAD_REQUEST;
  const after: Type = {
    ...fields,
    revision: (before?.revision ?? 0) + 1,
    grants: ensured(before?.grants ?? [], grants, who),
  };
  return { status: 201, body: shown(after), next: () => withType(state, after) };
};

export const amend = (state: State, { name, inbox, state: events, who }: Command<'amend'>): Expectation => {
  const type = known(state, name, who, 'manage');
  if (isRefusal(type)) return type;
  const { inbox_schemas, state_schemas } = type;
  const exists = (there: object = {}, added: object = {}): boolean => Object.keys(added).some((key) => key in there);
  if (exists(inbox_schemas, inbox) || exists(state_schemas, events)) return refusal(409, 'SCHEMA_KEY_EXISTS');
  const after: Type = {
    ...type,
    ...(inbox && { inbox_schemas: { ...inbox_schemas, ...inbox } }),
    ...(events && { state_schemas: { ...state_schemas, ...events } }),
    revision: type.revision + 1,
  };
  return { status: 200, body: shown(after), next: () => withType(state, after) };
};

/** Its entities live on. Its grants do not. */
export const deleteType = (state: State, { name, who }: Command<'delete-type'>): Expectation => {
  const type = known(state, name, who, 'manage');
  if (isRefusal(type)) return type;
  const { [name]: _deleted, ...types } = state.types;
  return { status: 204, next: () => ({ ...state, types }) };
};

export const getType = (state: State, { name, who }: Command<'get-type'>): Expectation => {
  const type = known(state, name, who, 'spawn');
  return isRefusal(type) ? type : { status: 200, body: shown(type) };
};

const shownGrant = (name: string, { id, ...grant }: Grant): object => ({
  id: id ?? NUMBER,
  entity_type: name,
  ...grant,
  created_at: TIME,
  updated_at: TIME,
});

/** Always one more. */
export const grantType = (state: State, { name, grant: gift, who }: Command<'grant-type'>): Expectation => {
  const type = known(state, name, who, 'manage');
  if (isRefusal(type)) return type;
  const grant: Grant = { ...gift, created_by: urlOf(who) };
  return {
    status: 201,
    body: shownGrant(name, grant),
    next: ({ body }) => {
      const id = member(body, 'id') as number;
      return withType(state, { ...type, grants: [...type.grants, { ...grant, id }] });
    },
  };
};

export const revokeType = (state: State, { name, id, who }: Command<'revoke-type'>): Expectation => {
  const type = known(state, name, who, 'manage');
  if (isRefusal(type)) return type;
  if (!isThere(type.grants, id)) return NOT_FOUND;
  const grants = type.grants.filter((grant) => grant.id !== id);
  return { status: 204, next: () => withType(state, { ...type, grants }) };
};

export const typeGrants = (state: State, { name, who }: Command<'type-grants'>): Expectation => {
  const type = known(state, name, who, 'manage');
  if (isRefusal(type)) return type;
  const grants = type.grants.filter((grant) => !isExpired(grant)).map((grant) => shownGrant(name, grant));
  return { status: 200, body: { grants } };
};
