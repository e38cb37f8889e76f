import { DomainError } from '../../kernel/domain-error.js';
import { PRINCIPAL_TYPE } from '../../identity/entity-address.js';
import type { EntityEvent } from '../entity.events.js';
import type { EntityState, LiveEntity, SpawnedEntity } from '../entity.state.js';
import { isClosedToWrites, isTerminal, type EntityStatus } from '../lifecycle.js';

const notRunning = (status: EntityStatus): DomainError =>
  new DomainError('NOT_RUNNING', `the entity is ${status} and accepts no more writes`);

export const spawned = (state: EntityState): SpawnedEntity => {
  if (state.situation === 'absent') throw new DomainError('NOT_FOUND', 'there is no such entity');
  return state;
};

export const notEnded = (state: EntityState): LiveEntity => {
  const entity = spawned(state);
  if (entity.situation === 'ended') throw notRunning(entity.status);
  return entity;
};

export const openToWrites = (state: EntityState): LiveEntity => {
  const entity = notEnded(state);
  if (isClosedToWrites(entity.status)) throw notRunning(entity.status);
  return entity;
};

/** The entity of a principal is not signalled or tagged: it is who acts, not an agent. */
export const notPrincipal = (state: EntityState): SpawnedEntity => {
  const entity = spawned(state);
  if (entity.cold.type === PRINCIPAL_TYPE)
    throw new DomainError('INVALID_REQUEST', 'the entity of a principal does not take this');
  return entity;
};

/** Nothing when the status stays. */
export const moved = (from: EntityStatus, to: EntityStatus, at: number): readonly EntityEvent[] =>
  from === to ? [] : [{ type: 'status', data: { status: to, at } }];

/** A terminal status closes the stream in the same commit. */
export const closing = (status: EntityStatus): { readonly close?: true } => (isTerminal(status) ? { close: true } : {});
