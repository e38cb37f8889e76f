import { present } from '../kernel/present.js';
import type { Json } from '../kernel/stream-item.js';
import {
  absentEntity,
  type EntityClaim,
  type EntityCold,
  type EntityState,
  type SpawnedEntity,
} from './entity.state.js';
import { isTerminal, type EntityStatus } from './lifecycle.js';

/** Rides in every message of the stream, so it stays far below 2 KB. Stored format: only add optional fields. */
export type EntityHot = {
  readonly status: EntityStatus;
  readonly updatedAt: number;
  readonly claim?: EntityClaim;
};

/** `hot` null: there is no entity. `cold` is the very object of the state, so an unchanged one is the same reference. */
export interface EntitySnapshot {
  readonly hot: EntityHot | null;
  readonly cold?: EntityCold;
}

export const entitySnapshot = (state: EntityState): EntitySnapshot => {
  if (state.situation === 'absent') return { hot: null };
  const { status, updatedAt, claim, cold } = state;
  return { hot: present({ status, updatedAt, claim }), cold };
};

const restore = ({ status, updatedAt, claim }: EntityHot, cold: EntityCold): SpawnedEntity => {
  const common = { updatedAt, cold, ...(claim && { claim }) };
  return isTerminal(status) ? { situation: 'ended', status, ...common } : { situation: 'live', status, ...common };
};

/** The inverse. Takes what the log gives back: values written by `entitySnapshot`, of this version or an older one. */
export const restoreEntity = (hot: Json, cold: Json | undefined): EntityState =>
  hot === null || cold === undefined ? absentEntity : restore(hot as EntityHot, cold as EntityCold);
