import { may } from './access.js';
import type { Command } from './commands.js';
import { UNAUTHORIZED, refusal, type Expectation } from './expectation.js';
import { ANY } from './patterns.js';
import { found, isRefusal, shown } from './prologue.js';
import { isTerminal, type State } from './state.js';

export const get = (state: State, command: Command<'get'>): Expectation => {
  const target = found(state, command, 'read');
  if (isRefusal(target)) return target;
  const { entity } = target;
  const collections = state.types[entity.type]?.externally_writable_collections;
  const body = { ...shown(entity), ...(collections && { externally_writable_collections: collections }) };
  return { status: 200, body };
};

export const head = (state: State, command: Command<'head'>): Expectation => {
  const target = found(state, command, 'read');
  return { status: isRefusal(target) ? target.status : 200 };
};

/** The whole stream in one read; every item that says its operation is told its offset. */
export const read = (state: State, { url, who }: Command<'read'>): Expectation => {
  const entity = state.entities[url];
  if (!entity) return refusal(404);
  if (!may(state, entity, who, 'read')) return UNAUTHORIZED;
  return {
    status: 200,
    body: entity.items.map((item) => ({ ...item, headers: { ...item.headers, offset: ANY } })),
    headers: { 'stream-up-to-date': 'true', 'stream-closed': isTerminal(entity) ? 'true' : null },
  };
};

/** Whether it is in the list, and how. */
export const listed = (state: State, { url, who, filter }: Command<'listed'>): Expectation => {
  const entity = state.entities[url];
  const { type, status, parent, created_by: by } = filter;
  const isListed =
    entity &&
    may(state, entity, who, 'read') &&
    (type === undefined || entity.type === type) &&
    (status === undefined || entity.status === status) &&
    (parent === undefined || entity.parent === parent) &&
    (by === undefined || entity.createdBy === by);
  return { status: 200, body: isListed ? shown(entity) : null };
};

export const stored = (state: State, { url }: Command<'stored'>): Expectation => {
  const entity = state.entities[url];
  if (!entity) return { status: 200, body: null };
  const { type, status, tags, args, parent = null, createdBy } = entity;
  return { status: 200, body: { url, type, status, tags, args, parent, created_by: createdBy } };
};
