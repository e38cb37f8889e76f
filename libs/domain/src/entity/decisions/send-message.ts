import type { Decided, DecidedUnit } from '../../kernel/decision.js';
import { isObject } from '../../kernel/is-object.js';
import type { Json, StreamItem } from '../../kernel/stream-item.js';
import type { SendMessage } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState, LiveEntity } from '../entity.state.js';
import { evolveEntity } from '../entity.evolve.js';
import { fitsCold } from '../limits.js';
import { moved, openToWrites, spawned } from './gates.js';
import { inboxItem } from './inbox-item.js';
import { checkMessage, isIdentityUpdate } from './message-rules.js';

export interface Sent {
  readonly kind: 'sent';
  readonly txid: string;
}

/** Everything a send is refused for; alone, the check of a send that is to happen later. */
export const checkSend = (
  state: EntityState,
  command: SendMessage,
): { readonly entity: LiveEntity; readonly payload: Json } => {
  const entity = openToWrites(state);
  return { entity, payload: checkMessage(entity.cold.type, command) };
};

const identityUnit = (payload: Json, txid: string): DecidedUnit<EntityEvent> => {
  const identity = isObject(payload) ? payload['identity'] : undefined;
  const value = isObject(identity) ? { value: identity } : {};
  const item: StreamItem = { type: 'identity', key: 'self', ...value, headers: { operation: 'update', txid } };
  return { items: [item], events: [] };
};

/** What the type has learnt since the spawn; not if there is no room for it beside the tags. */
const backfilled = (entity: LiveEntity, policy: SendMessage['typeDefault']): readonly EntityEvent[] => {
  if (policy === undefined || entity.cold.dispatchPolicy !== undefined) return [];
  const event: EntityEvent = { type: 'dispatch-policy', data: { policy } };
  return fitsCold(spawned(evolveEntity(entity, event)).cold) ? [event] : [];
};

/** A message lifts a pause, unless it asks to wait for the end of it. */
export const decideSendMessage = (state: EntityState, command: SendMessage): Decided<EntityEvent, Sent> => {
  const { entity, payload } = checkSend(state, command);
  const { now, txid, mode, typeDefault } = command;
  const lifts = entity.status === 'paused' && mode !== 'paused';
  const unit: DecidedUnit<EntityEvent> = {
    items: [inboxItem({ ...command, payload })],
    events: [...backfilled(entity, typeDefault), ...(lifts ? moved(entity.status, 'idle', now) : [])],
  };
  const identity = isIdentityUpdate(entity.cold.type, command.messageType) ? [identityUnit(payload, txid)] : [];
  return { units: [unit, ...identity], result: { kind: 'sent', txid } };
};
