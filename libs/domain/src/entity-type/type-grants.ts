import {
  granted,
  grantedOne,
  isUnexpired,
  lastGrant,
  type AskedTypeGrant,
  type Granting,
  type TypeGrant,
} from '../access/grant.js';
import type { EntityTypeState, RegisteredEntityType } from './entity-type.state.js';

/** Who grants in which command, see `granted`. */
export type TypeGranting = Omit<Granting, 'last'>;

export type GrantsAfter = Pick<RegisteredEntityType, 'grants' | 'lastGrant'>;

const isSame = (a: AskedTypeGrant, b: AskedTypeGrant): boolean =>
  a.permission === b.permission && a.subject === b.subject && a.expiresAt === b.expiresAt;

const added = (state: EntityTypeState, given: readonly TypeGrant[], now: number): GrantsAfter => {
  const kept = (state?.grants ?? []).filter((grant) => isUnexpired(grant, now));
  return { grants: [...kept, ...given], lastGrant: lastGrant(given, state?.lastGrant) };
};

/** What a registration asks for is there afterwards, once; what was granted before stays. */
export const ensured = (
  state: EntityTypeState,
  asked: readonly AskedTypeGrant[],
  by: TypeGranting | undefined,
): GrantsAfter => {
  if (by === undefined || asked.length === 0) return { grants: state?.grants ?? [], lastGrant: state?.lastGrant ?? 0 };
  const missing = asked.filter(
    (grant, index) =>
      !(state?.grants ?? []).some((known) => isSame(known, grant)) &&
      asked.findIndex((other) => isSame(other, grant)) === index,
  );
  return added(state, granted(missing, { ...by, last: state?.lastGrant ?? 0 }), by.now);
};

/** One more, also beside an equal one. */
export const withGrant = (
  state: RegisteredEntityType,
  asked: AskedTypeGrant,
  by: TypeGranting,
): GrantsAfter & { readonly grant: TypeGrant } => {
  const grant = grantedOne(asked, { ...by, last: state.lastGrant });
  return { ...added(state, [grant], by.now), grant };
};
