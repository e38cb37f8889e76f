import { urlOf } from './access.js';
import type { Command } from './commands.js';
import { BAD_REQUEST, member, NOT_RUNNING, refusal, type Expectation } from './expectation.js';
import { rowKey, TIME } from './patterns.js';
import { found, isRefusal } from './prologue.js';
import { schemasOf, violations } from './schemas.js';
import { isClosedToWrites, withEntity, withItems, type Item, type Schemas, type State } from './state.js';

/** Events must be of a declared type, when any is declared, and their values as it says (11.4). */
export const checkEvent = (schemas: Schemas | undefined, type: string, value: unknown): Expectation | undefined => {
  if (schemas === undefined) return undefined;
  const schema = schemas[type];
  if (!schema) return refusal(422, 'UNKNOWN_EVENT_TYPE');
  const wrong = value === undefined ? [] : violations(schema, value);
  return wrong.length > 0 ? refusal(422, 'SCHEMA_VALIDATION_FAILED') : undefined;
};

const principal = (who: string): object => {
  const [kind = '', id = ''] = who.split(':');
  return { url: urlOf(who), kind, id };
};

const row = ({ operation, value, who }: Command<'write'>, type: string, key: string): Item => ({
  type,
  key,
  ...(operation !== 'delete' && { value }),
  headers: { operation, timestamp: TIME, principal: principal(who) },
});

export const write = (state: State, command: Command<'write'>): Expectation => {
  const { url, collection, operation, key, value } = command;
  const target = found(state, command, 'write', operation === 'upsert' ? BAD_REQUEST : undefined);
  if (isRefusal(target)) return target;
  const { entity } = target;
  const opened = (state.types[entity.type] ?? entity.atSpawn).externally_writable_collections?.[collection];
  if (!opened || !(opened.operations ?? ['insert']).includes(operation)) return refusal(403, 'UNAUTHORIZED');
  if (isClosedToWrites(entity)) return NOT_RUNNING;
  if (operation !== 'delete' && value === undefined) return BAD_REQUEST;
  if (operation !== 'insert' && key === undefined) return BAD_REQUEST;
  const written = operation === 'delete' ? undefined : value;
  const wrong = checkEvent(schemasOf(state, entity).state_schemas, opened.type, written);
  if (wrong) return wrong;
  return {
    status: operation === 'insert' ? 201 : 200,
    body: { key: key ?? rowKey(collection) },
    next: ({ body }) => {
      const item = row(command, opened.type, member(body, 'key') as string);
      return withEntity(state, withItems(state.entities[url] ?? entity, item));
    },
  };
};
