import { isExpired, isThere, urlOf } from './access.js';
import type { Command } from './commands.js';
import { member, NOT_FOUND, type Expectation } from './expectation.js';
import { NUMBER, TIME } from './patterns.js';
import { found, isRefusal } from './prologue.js';
import { withEntity, type Grant, type State } from './state.js';

const shown = (url: string, { id, ...grant }: Grant): object => ({
  id: id ?? NUMBER,
  entity_url: url,
  propagation: 'self',
  copy_to_children: false,
  ...grant,
  created_at: TIME,
  updated_at: TIME,
});

/** In every status: what has ended is still read. */
export const grant = (state: State, command: Command<'grant'>): Expectation => {
  const target = found(state, command, 'manage');
  if (isRefusal(target)) return target;
  const { entity } = target;
  const given: Grant = { ...command.grant, created_by: urlOf(command.who) };
  return {
    status: 201,
    body: shown(entity.url, given),
    next: ({ body }) =>
      withEntity(state, { ...entity, grants: [...entity.grants, { ...given, id: member(body, 'id') as number }] }),
  };
};

export const revoke = (state: State, command: Command<'revoke'>): Expectation => {
  const target = found(state, command, 'manage');
  if (isRefusal(target)) return target;
  const { entity } = target;
  if (!isThere(entity.grants, command.id)) return NOT_FOUND;
  const grants = entity.grants.filter(({ id }) => id !== command.id);
  return { status: 204, next: () => withEntity(state, { ...entity, grants }) };
};

/** In the order they were given, without those that have expired. */
export const grants = (state: State, command: Command<'grants'>): Expectation => {
  const target = found(state, command, 'manage');
  if (isRefusal(target)) return target;
  const { entity } = target;
  const listed = entity.grants.filter((given) => !isExpired(given)).map((given) => shown(entity.url, given));
  return { status: 200, body: { grants: listed } };
};
