import { grantedOne, isUnexpired, type EntityGrant } from '../../access/grant.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Decided } from '../../kernel/decision.js';
import type { GiveGrant, RevokeGrant } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import { evolveEntity } from '../entity.evolve.js';
import type { EntityState } from '../entity.state.js';
import { checkCold } from '../limits.js';
import { spawned } from './gates.js';

export interface Granted {
  readonly kind: 'granted';
  readonly grant: EntityGrant;
}

export interface Revoked {
  readonly kind: 'revoked';
}

/** Always a grant of its own, also beside an equal one. In every status: what has ended is still read. */
export const decideGiveGrant = (
  state: EntityState,
  { grant: asked, now, by, commandId }: GiveGrant,
): Decided<EntityEvent, Granted> => {
  const { lastGrant = 0 } = spawned(state).cold;
  const grant = grantedOne(asked, { now, by, commandId, last: lastGrant });
  const event: EntityEvent = { type: 'granted', data: grant };
  checkCold(spawned(evolveEntity(state, event)).cold);
  return { units: [{ items: [], events: [event] }], result: { kind: 'granted', grant } };
};

/** One that has expired is not there any more, whether or not something else has taken its room. */
export const decideRevokeGrant = (state: EntityState, { id, now }: RevokeGrant): Decided<EntityEvent, Revoked> => {
  const { grants = [] } = spawned(state).cold;
  if (!grants.some((grant) => grant.id === id && isUnexpired(grant, now)))
    throw new DomainError('NOT_FOUND', `the entity has no grant ${String(id)}`);
  return { units: [{ items: [], events: [{ type: 'revoked', data: { id, at: now } }] }], result: { kind: 'revoked' } };
};
