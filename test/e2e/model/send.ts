import { urlOf } from './access.js';
import type { Command } from './commands.js';
import { BAD_REQUEST, member, NOT_RUNNING, refusal, type Expectation } from './expectation.js';
import { MESSAGE_KEY, POSITION, TIME, UUID } from './patterns.js';
import { found, isRefusal } from './prologue.js';
import { schemasOf, violations } from './schemas.js';
import { isClosedToWrites, withEntity, withItems, type Item, type Schemas, type State } from './state.js';

/** Only a message that says its type is looked at (11.3). */
export const checkMessage = (
  schemas: Schemas | undefined,
  { type, payload }: { readonly type?: string; readonly payload?: unknown },
): Expectation | undefined => {
  if (type === undefined || schemas === undefined) return undefined;
  const schema = schemas[type];
  if (!schema) return refusal(422, 'UNKNOWN_MESSAGE_TYPE');
  const wrong = payload === undefined ? [] : violations(schema, payload);
  return wrong.length > 0 ? refusal(422, 'SCHEMA_VALIDATION_FAILED', wrong) : undefined;
};

const message = (command: Command<'send'>, txid: unknown): Item => {
  const { payload, key = MESSAGE_KEY, type, mode = 'immediate', position, who } = command;
  const waits = mode === 'queued' || mode === 'paused';
  return {
    type: 'inbox',
    key,
    value: {
      from: urlOf(who),
      from_principal: urlOf(who),
      payload,
      timestamp: TIME,
      mode,
      ...(waits ? { status: 'pending', position: position ?? POSITION } : { status: 'processed', processed_at: TIME }),
      ...(position !== undefined && { position }),
      ...(type !== undefined && { message_type: type }),
    },
    headers: { txid, operation: 'insert' },
  };
};

export const send = (state: State, command: Command<'send'>): Expectation => {
  const { mode = 'immediate', from, who, payload } = command;
  const target = found(state, command, 'write', mode === 'loud' ? BAD_REQUEST : undefined);
  if (isRefusal(target)) return target;
  const { entity } = target;
  if (from !== undefined && from !== urlOf(who)) return BAD_REQUEST;
  if (isClosedToWrites(entity)) return NOT_RUNNING;
  const wrong = checkMessage(schemasOf(state, entity).inbox_schemas, command);
  if (wrong) return wrong;
  if (payload === undefined) return BAD_REQUEST;
  // Any message but one that is to wait lifts a pause.
  const status = entity.status === 'paused' && mode !== 'paused' ? 'idle' : entity.status;
  return {
    status: 200,
    body: { txid: UUID },
    next: ({ body }) => withEntity(state, withItems({ ...entity, status }, message(command, member(body, 'txid')))),
  };
};

/** Whether there is such a message is not asked (2.3, 21). */
export const edit = (state: State, command: Command<'edit'>): Expectation => {
  const { key, payload, position, mode, status } = command;
  const target = found(state, command, 'write', status === 'done' ? BAD_REQUEST : undefined);
  if (isRefusal(target)) return target;
  if (isClosedToWrites(target.entity)) return NOT_RUNNING;
  const changed = {
    ...(payload !== undefined && { payload }),
    ...(position !== undefined && { position }),
    ...(mode !== undefined && { mode }),
    ...(status !== undefined && { status }),
  };
  if (Object.keys(changed).length === 0) return BAD_REQUEST;
  const value = {
    ...changed,
    ...(status === 'processed' && { processed_at: TIME }),
    ...(status === 'cancelled' && { cancelled_at: TIME }),
  };
  return inboxEvent(state, command.url, { key, value, operation: 'update' });
};

export const deleteMessage = (state: State, command: Command<'delete-message'>): Expectation => {
  const target = found(state, command, 'write');
  if (isRefusal(target)) return target;
  if (isClosedToWrites(target.entity)) return NOT_RUNNING;
  return inboxEvent(state, command.url, { key: command.key, operation: 'delete' });
};

const inboxEvent = (
  state: State,
  url: string,
  { key, value, operation }: { readonly key: string; readonly value?: object; readonly operation: string },
): Expectation => ({
  status: 200,
  body: { txid: UUID },
  next: ({ body }) => {
    const entity = state.entities[url];
    const headers = { txid: member(body, 'txid'), operation };
    return entity
      ? withEntity(state, withItems(entity, { type: 'inbox', key, ...(value && { value }), headers }))
      : state;
  },
});
