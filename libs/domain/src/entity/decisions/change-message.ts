import { DomainError } from '../../kernel/domain-error.js';
import type { Decided } from '../../kernel/decision.js';
import { isoFromMs } from '../../kernel/iso-time.js';
import { present } from '../../kernel/present.js';
import type { StreamItem } from '../../kernel/stream-item.js';
import type { DeleteMessage, EditMessage } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState } from '../entity.state.js';
import { openToWrites } from './gates.js';

export interface MessageChanged {
  readonly kind: 'message-changed';
  readonly txid: string;
}

const changed = (item: StreamItem, txid: string): Decided<EntityEvent, MessageChanged> => ({
  units: [{ items: [item], events: [] }],
  result: { kind: 'message-changed', txid },
});

/** A status says when it was reached, too. */
export const decideEditMessage = (state: EntityState, command: EditMessage): Decided<EntityEvent, MessageChanged> => {
  openToWrites(state);
  const { now, key, txid, payload, position, mode, status } = command;
  const asked = present({ payload, position, mode, status });
  if (Object.keys(asked).length === 0)
    throw new DomainError('INVALID_REQUEST', 'payload, position, mode or status must say what changes');
  const at = isoFromMs(now);
  const value = {
    ...asked,
    ...(status === 'processed' && { processed_at: at }),
    ...(status === 'cancelled' && { cancelled_at: at }),
  };
  return changed({ type: 'inbox', key, value, headers: { txid, operation: 'update' } }, txid);
};

export const decideDeleteMessage = (
  state: EntityState,
  { key, txid }: DeleteMessage,
): Decided<EntityEvent, MessageChanged> => {
  openToWrites(state);
  return changed({ type: 'inbox', key, headers: { txid, operation: 'delete' } }, txid);
};
