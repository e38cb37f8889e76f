import type { Entity, Gift, Grant, State, Type } from './state.js';

/** Passes every check. */
export const DEVELOPER = 'system:dev-local';

export const urlOf = (who: string): string => `/principal/${encodeURIComponent(who)}`;
const kindOf = (who: string): string => who.split(':')[0] ?? '';

/** The times of the test are long ago or far away. */
export const isExpired = ({ expires_at: at }: Gift): boolean => at !== undefined && at < '2026';

const gives = (grant: Grant, who: string, permission: string): boolean =>
  !isExpired(grant) &&
  (grant.permission === permission || grant.permission === 'manage') &&
  grant.subject_value === (grant.subject_kind === 'principal' ? urlOf(who) : kindOf(who));

const ancestorsOf = (state: State, { parent }: Entity): readonly Entity[] => {
  const above = parent === undefined ? undefined : state.entities[parent];
  return above ? [above, ...ancestorsOf(state, above)] : [];
};

/** Owner, own grant, or a grant above that reaches descendants (1.7). */
export const may = (state: State, entity: Entity, who: string, permission: string): boolean =>
  who === DEVELOPER ||
  entity.createdBy === urlOf(who) ||
  entity.grants.some((grant) => gives(grant, who, permission)) ||
  ancestorsOf(state, entity).some(({ grants }) =>
    grants.some((grant) => grant.propagation === 'descendants' && gives(grant, who, permission)),
  );

/** Types have no owner. */
export const mayWithType = ({ grants }: Type, who: string, permission: string): boolean =>
  who === DEVELOPER || grants.some((grant) => gives(grant, who, permission));

/** Such grants at a spawn need `manage` on the parent. */
export const isBroad = (gift: Gift): boolean =>
  gift.permission === 'manage' ||
  gift.subject_kind === 'principal_kind' ||
  gift.propagation === 'descendants' ||
  gift.copy_to_children === true;

/** Whether a grant can be revoked: one that has expired is gone. */
export const isThere = (grants: readonly Grant[], id: number): boolean =>
  grants.some((grant) => grant.id === id && !isExpired(grant));
