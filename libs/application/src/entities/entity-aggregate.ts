import {
  absentEntity,
  entitySnapshot,
  evolveEntity,
  restoreEntity,
  type EntityEvent,
  type EntityState,
} from '@app/domain';
import type { Aggregate, ControlEvent } from '@app/streams';

/** An entity lives on its main stream; what its messages carry of it. */
export const entityAggregate: Aggregate<EntityState> = {
  initial: absentEntity,

  snapshot: (state) => {
    const { hot, cold } = entitySnapshot(state);
    return cold === undefined ? { hot } : { hot, cold: cold };
  },

  restore: ({ hot, cold }) => restoreEntity(hot, cold),

  // A type we do not know is ignored.
  evolve: (state, event) => evolveEntity(state, event as Pick<ControlEvent, 'type'> as EntityEvent),
};
