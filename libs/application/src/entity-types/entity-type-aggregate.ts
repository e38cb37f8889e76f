import { entityTypeDecider } from '@app/domain/entity-type/entity-type.decider.js';
import type { EntityTypeState } from '@app/domain/entity-type/entity-type.state.js';
import type { EntityTypeItem } from '@app/domain/entity-type/entity-type.items.js';
import type { Aggregate, LogMessage } from '@app/streams';

const decoder = new TextDecoder();

/** Public items of a message of the registry. */
export const typeItems = ({ kind, payload }: LogMessage): readonly EntityTypeItem[] =>
  kind === 'commit' && payload.length > 0 ? (JSON.parse(decoder.decode(payload)) as readonly EntityTypeItem[]) : [];

/** A type is too large for headers; every message holds the whole document, so the newest one is its state. */
export const entityTypeAggregate: Aggregate<EntityTypeState> = {
  initial: entityTypeDecider.initial,
  snapshot: () => ({ hot: null }),
  restore: ({ message }) => typeItems(message).reduce(entityTypeDecider.evolve, entityTypeDecider.initial),
};
