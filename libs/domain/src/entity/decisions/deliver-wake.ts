import type { Decided } from '../../kernel/decision.js';
import type { DeliverWake } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState } from '../entity.state.js';
import { notEnded } from './gates.js';

export interface WakeDelivered {
  readonly kind: 'wake-delivered';
}

/** Changes no status: the new event is what makes the dispatch of the entity pending. */
export const decideDeliverWake = (state: EntityState, { item }: DeliverWake): Decided<EntityEvent, WakeDelivered> => {
  notEnded(state);
  return { units: [{ items: [item], events: [] }], result: { kind: 'wake-delivered' } };
};
