import { nothing, type Decided } from '../../kernel/decision.js';
import { isoFromMs } from '../../kernel/iso-time.js';
import type { StreamItem } from '../../kernel/stream-item.js';
import type { DeleteTag, SetTag } from '../entity.commands.js';
import type { EntityEvent } from '../entity.events.js';
import { evolveEntity } from '../entity.evolve.js';
import type { EntityState, LiveEntity } from '../entity.state.js';
import { checkCold } from '../limits.js';
import { notPrincipal, openToWrites, spawned } from './gates.js';

export interface Tagged {
  readonly kind: 'tagged';
  readonly changed: boolean;
}

const unchanged = nothing<Tagged>({ kind: 'tagged', changed: false });

const changed = (item: StreamItem, event: EntityEvent): Decided<EntityEvent, Tagged> => ({
  units: [{ items: [item], events: [event] }],
  result: { kind: 'tagged', changed: true },
});

const tagItem = (key: string, operation: string, now: number, value?: StreamItem['value']): StreamItem => ({
  type: 'tags',
  key,
  ...(value && { value }),
  headers: { operation, timestamp: isoFromMs(now) },
});

const taggable = (state: EntityState): LiveEntity => openToWrites(notPrincipal(state));

// A key may be called like something every object inherits.
const has = ({ cold }: LiveEntity, key: string): boolean => Object.hasOwn(cold.tags, key);

export const decideSetTag = (state: EntityState, { key, value, now }: SetTag): Decided<EntityEvent, Tagged> => {
  const entity = taggable(state);
  const exists = has(entity, key);
  if (exists && entity.cold.tags[key] === value) return unchanged;
  const event: EntityEvent = { type: 'tagged', data: { key, value, at: now } };
  checkCold(spawned(evolveEntity(entity, event)).cold);
  return changed(tagItem(key, exists ? 'update' : 'insert', now, { key, value }), event);
};

export const decideDeleteTag = (state: EntityState, { key, now }: DeleteTag): Decided<EntityEvent, Tagged> => {
  if (!has(taggable(state), key)) return unchanged;
  return changed(tagItem(key, 'delete', now), { type: 'untagged', data: { key, at: now } });
};
