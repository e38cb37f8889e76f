import type { Asker } from './asker.js';
import { isUnexpired, type EntityGrant, type TypeGrant } from './grant.js';
import type { EntityPermission, TypePermission } from './permissions.js';

/** What decides who may do something with an entity, besides its ancestors. */
export interface Guarded {
  /** Principal URL of the owner. */
  readonly createdBy: string;
  readonly grants?: readonly EntityGrant[];
}

interface AnyGrant {
  readonly permission: string;
  readonly subject: string;
  readonly expiresAt?: number;
}

/** Nobody. */
export const NEVER = 0;

interface Wanted {
  readonly permission: EntityPermission | TypePermission;
  readonly now: number;
}

const counts = (grant: AnyGrant, { url, kind }: Asker, { permission, now }: Wanted): boolean =>
  (grant.subject === url || grant.subject === kind) &&
  (grant.permission === permission || grant.permission === 'manage') &&
  isUnexpired(grant, now);

/**
 * Until when the grants allow something: milliseconds since 1970, `NEVER`, or Infinity. Asked by every request of whoever
 * has grants, so it makes no lists.
 */
const grantedUntil = (grants: readonly AnyGrant[], asker: Asker, wanted: Wanted): number => {
  let until = NEVER;
  for (const grant of grants) if (counts(grant, asker, wanted)) until = Math.max(until, grant.expiresAt ?? Infinity);
  return until;
};

/** Until when a principal may do something with an entity, as long as no grant changes; without its ancestors. */
export const ownUntil = (
  asker: Asker | undefined,
  permission: EntityPermission,
  { createdBy, grants = [] }: Guarded,
  now: number,
): number => {
  if (asker === undefined) return NEVER;
  if (asker.bypass || createdBy === asker.url) return Infinity;
  return grantedUntil(grants, asker, { permission, now });
};

/** Until when an ancestor's grants allow something with its descendants. To own an ancestor allows nothing by itself. */
export const inheritedUntil = (
  asker: Asker | undefined,
  permission: EntityPermission,
  { grants = [] }: Pick<Guarded, 'grants'>,
  now: number,
): number => {
  if (asker === undefined || grants.length === 0) return NEVER;
  const reaching = grants.filter(({ descendants }) => descendants === true);
  return grantedUntil(reaching, asker, { permission, now });
};

/** The rule: bypass, owner, a grant on the entity itself, or one on an ancestor that reaches its descendants. */
export const allows = (
  asker: Asker | undefined,
  permission: EntityPermission,
  entity: Guarded,
  ancestors: readonly Pick<Guarded, 'grants'>[],
  now: number,
): boolean =>
  ownUntil(asker, permission, entity, now) > now ||
  ancestors.some((ancestor) => inheritedUntil(asker, permission, ancestor, now) > now);

/** Types have no owner. */
export const allowsType = (
  asker: Asker | undefined,
  permission: TypePermission,
  grants: readonly TypeGrant[],
  now: number,
): boolean => asker !== undefined && (asker.bypass || grantedUntil(grants, asker, { permission, now }) > now);
