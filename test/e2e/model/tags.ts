import type { Command } from './commands.js';
import { BAD_REQUEST, NOT_RUNNING, type Expectation } from './expectation.js';
import { NUMBER, TIME } from './patterns.js';
import { found, isRefusal, shown } from './prologue.js';
import { isClosedToWrites, withEntity, withItems, type Entity, type State } from './state.js';

const changed = (
  state: State,
  before: Entity,
  tags: Entity['tags'],
  event: { readonly key: string; readonly value?: object; readonly operation: string },
): Expectation => {
  const { key, value, operation } = event;
  const headers = { operation, timestamp: TIME };
  const entity = withItems({ ...before, tags }, { type: 'tags', key, ...(value && { value }), headers });
  return { status: 200, body: { ...shown(entity), txid: NUMBER }, next: () => withEntity(state, entity) };
};

/** No event, no txid. */
const unchanged = (entity: Entity): Expectation => ({ status: 200, body: shown(entity), remembered: true });

export const tag = (state: State, command: Command<'tag'>): Expectation => {
  const { key, value } = command;
  const target = found(state, command, 'write', typeof value === 'string' ? undefined : BAD_REQUEST);
  if (isRefusal(target) || typeof value !== 'string') return isRefusal(target) ? target : BAD_REQUEST;
  const { entity } = target;
  if (isClosedToWrites(entity)) return NOT_RUNNING;
  const before = entity.tags[key];
  if (before === value) return unchanged(entity);
  const operation = before === undefined ? 'insert' : 'update';
  return changed(state, entity, { ...entity.tags, [key]: value }, { key, value: { key, value }, operation });
};

export const untag = (state: State, command: Command<'untag'>): Expectation => {
  const { key } = command;
  const target = found(state, command, 'write');
  if (isRefusal(target)) return target;
  const { entity } = target;
  if (isClosedToWrites(entity)) return NOT_RUNNING;
  const { [key]: value, ...tags } = entity.tags;
  return value === undefined ? unchanged(entity) : changed(state, entity, tags, { key, operation: 'delete' });
};
