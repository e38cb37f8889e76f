import { absentEntity, entitySnapshot, restoreEntity, type EntityState } from '@app/domain';
import type { Aggregate } from '@app/streams';

/** An entity lives on its main stream; what its messages carry of it. */
export const entityAggregate: Aggregate<EntityState> = {
  initial: absentEntity,

  snapshot: (state) => {
    const { hot, cold } = entitySnapshot(state);
    return cold === undefined ? { hot } : { hot, cold: cold };
  },

  restore: ({ hot, cold }) => restoreEntity(hot, cold),
};
