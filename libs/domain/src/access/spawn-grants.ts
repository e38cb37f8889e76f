import { subjectKind } from './subject.js';
import { granted, isUnexpired, type AskedEntityGrant, type EntityGrant, type Granting } from './grant.js';

/** One that reaches far: whoever spawns below a parent needs `manage` on the parent to give it. */
export const isBroad = ({ permission, subject, descendants, copyToChildren }: AskedEntityGrant): boolean =>
  permission === 'manage' ||
  subjectKind(subject) === 'principal_kind' ||
  descendants === true ||
  copyToChildren === true;

const copyOf = ({ permission, subject, expiresAt }: EntityGrant): AskedEntityGrant => ({
  permission,
  subject,
  copyToChildren: true,
  ...(expiresAt === undefined ? {} : { expiresAt }),
});

/** What a new entity begins with: copies of its parent's own grants that are to be copied, and what was asked for. */
export const spawnGrants = (
  parent: readonly EntityGrant[],
  asked: readonly AskedEntityGrant[],
  granting: Granting,
): readonly EntityGrant[] => {
  const copied = parent.filter((grant) => grant.copyToChildren === true && isUnexpired(grant, granting.now));
  return granted<AskedEntityGrant>([...copied.map(copyOf), ...asked], granting);
};
