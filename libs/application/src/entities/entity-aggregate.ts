import {
  absentEntity,
  type EntityState,
  type EntityClaim,
  type EntityCold,
  type SpawnedEntity,
} from '@app/domain/entity/entity.state.js';
import { isTerminal, type EntityStatus } from '@app/domain/entity/lifecycle.js';
import type { Aggregate, Json } from '@app/streams';

/** Stored format of the hot part, in every message of an entity's stream: add optional fields only. */
type EntityHot = {
  readonly status: EntityStatus;
  readonly updatedAt: number;
  readonly claim?: EntityClaim;
};

const spawned = ({ status, ...rest }: EntityHot, cold: EntityCold): SpawnedEntity =>
  isTerminal(status) ? { situation: 'ended', status, ...rest, cold } : { situation: 'live', status, ...rest, cold };

/** An entity lives on its main stream; what its messages carry of it. */
export const entityAggregate: Aggregate<EntityState> = {
  initial: absentEntity,

  snapshot: (state) => {
    if (state.situation === 'absent') return { hot: null };
    const { status, updatedAt, claim, cold } = state;
    const hot: EntityHot = { status, updatedAt, ...(claim === undefined ? {} : { claim }) };
    return { hot, cold: cold };
  },

  // Both parts were written by `snapshot`; a path without them holds no entity.
  restore: ({ hot, cold }) =>
    hot === null || cold === undefined ? absentEntity : spawned(hot as EntityHot, cold as EntityCold),
};
