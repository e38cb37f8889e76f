import { isUnexpired, lastGrant, type EntityGrant } from '../access/grant.js';
import type { EntityEvent, EntitySpawned, Tags } from './entity.events.js';
import type { EntityClaim, EntityState, LiveEntity, SpawnedEntity } from './entity.state.js';
import { isTerminal, type EntityStatus } from './lifecycle.js';

const born = ({ at, ...facts }: EntitySpawned['data']): LiveEntity => ({
  situation: 'live',
  status: 'idle',
  updatedAt: at,
  cold: { ...facts, createdAt: at, ...(facts.grants && { lastGrant: lastGrant(facts.grants) }) },
});

const withStatus = (entity: LiveEntity, status: EntityStatus, at: number): SpawnedEntity =>
  isTerminal(status) ? { ...entity, situation: 'ended', status, updatedAt: at } : { ...entity, status, updatedAt: at };

const withTags = (entity: LiveEntity, tags: Tags, at: number): LiveEntity => ({
  ...entity,
  updatedAt: at,
  cold: { ...entity.cold, tags },
});

const without = (tags: Tags, key: string): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => name !== key));

const withGrants = <Entity extends SpawnedEntity>(entity: Entity, grants: readonly EntityGrant[]): Entity => ({
  ...entity,
  cold: { ...entity.cold, grants, lastGrant: lastGrant(grants, entity.cold.lastGrant) },
});

const grantsOf = ({ cold }: SpawnedEntity): readonly EntityGrant[] => cold.grants ?? [];

/** Who may do what with an entity can still change when it has ended: it is read for ever. */
const whileThere = <Entity extends SpawnedEntity>(entity: Entity, event: EntityEvent): Entity => {
  switch (event.type) {
    case 'granted': {
      const { data } = event;
      return withGrants(entity, [...grantsOf(entity).filter((grant) => isUnexpired(grant, data.at)), data]);
    }
    case 'revoked':
      return withGrants(
        entity,
        grantsOf(entity).filter(({ id }) => id !== event.data.id),
      );
    default:
      // `registered` is about somebody else; a type we do not know was written by a newer version.
      return entity;
  }
};

const released = (entity: LiveEntity, epoch: number, state: EntityClaim['state']): LiveEntity =>
  entity.claim?.epoch === epoch ? { ...entity, claim: { ...entity.claim, state } } : entity;

const whileLive = (entity: LiveEntity, event: EntityEvent): EntityState => {
  switch (event.type) {
    case 'status':
      return withStatus(entity, event.data.status, event.data.at);
    case 'touched':
      return { ...entity, updatedAt: event.data.at };
    case 'tagged':
      return withTags(entity, { ...entity.cold.tags, [event.data.key]: event.data.value }, event.data.at);
    case 'untagged':
      return withTags(entity, without(entity.cold.tags, event.data.key), event.data.at);
    case 'dispatch-policy':
      return { ...entity, cold: { ...entity.cold, dispatchPolicy: event.data.policy } };
    case 'claimed': {
      const { epoch, runner, leaseMs } = event.data;
      return { ...entity, claim: { epoch, runner, leaseMs, state: 'active' } };
    }
    case 'released':
      return released(entity, event.data.epoch, event.data.reason);
    default:
      return whileThere(entity, event);
  }
};

/** Total: an event that does not fit is ignored. Of an ended entity only the grants change. */
export const evolveEntity = (state: EntityState, event: EntityEvent): EntityState => {
  switch (state.situation) {
    case 'absent':
      return event.type === 'spawned' ? born(event.data) : state;
    case 'live':
      return whileLive(state, event);
    case 'ended':
      return whileThere(state, event);
  }
};
