import { DomainError } from '../../kernel/domain-error.js';
import type { Decided } from '../../kernel/decision.js';
import { isoFromMs } from '../../kernel/iso-time.js';
import { present } from '../../kernel/present.js';
import type { Json, StreamItem } from '../../kernel/stream-item.js';
import type { Signal } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState } from '../entity.state.js';
import type { EntityStatus, LiveStatus } from '../lifecycle.js';
import { closing, moved, notPrincipal } from './gates.js';
import { SIGNAL_TABLE, type Reaction } from './signal-table.js';

export interface Signalled {
  readonly kind: 'signalled';
  readonly previousState: EntityStatus;
  readonly newState: EntityStatus;
}

// Whoever sent it: the sender is checked, but not published.
const SERVER = '/_electric/server';

const signalItem = (command: Signal, from: LiveStatus, { to, outcome }: Reaction): StreamItem => {
  const timestamp = isoFromMs(command.now);
  const handled = { handled_at: timestamp, handled_by: SERVER, previous_state: from, new_state: to };
  const value: { readonly [field: string]: Json } = {
    signal: command.signal,
    status: outcome === undefined ? 'unhandled' : 'handled',
    sender: SERVER,
    timestamp,
    ...present({ reason: command.reason, payload: command.payload }),
    ...(outcome === undefined ? {} : { ...handled, outcome }),
  };
  return {
    type: 'signal',
    key: command.key,
    value,
    headers: { operation: 'insert', timestamp, txid: command.txid },
  };
};

/** The signal is recorded in any case; a terminal status closes the stream with it. */
export const decideSignal = (state: EntityState, command: Signal): Decided<EntityEvent, Signalled> => {
  const entity = notPrincipal(state);
  if (entity.situation === 'ended')
    throw new DomainError('INVALID_SIGNAL', `the entity is ${entity.status} and takes no signals`);
  const from = entity.status;
  const reaction = SIGNAL_TABLE[command.signal][from];
  const touched: EntityEvent = { type: 'touched', data: { at: command.now } };
  const changed = moved(from, reaction.to, command.now);
  return {
    units: [{ items: [signalItem(command, from, reaction)], events: changed.length > 0 ? changed : [touched] }],
    ...closing(reaction.to),
    result: { kind: 'signalled', previousState: from, newState: reaction.to },
  };
};
