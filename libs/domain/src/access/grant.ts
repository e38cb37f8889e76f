import type { EntityPermission, TypePermission } from './permissions.js';

// Stored for ever: only add optional fields. Times are milliseconds since 1970.

/** `subject`: a canonical principal URL, or a kind of principal. */
interface Asked<Permission> {
  readonly permission: Permission;
  readonly subject: string;
  readonly expiresAt?: number;
}

// Mapped, because an interface has no index signature and so is no JSON value.
export type AskedTypeGrant = { readonly [K in keyof Asked<TypePermission>]: Asked<TypePermission>[K] };

export type AskedEntityGrant = { readonly [K in keyof Asked<EntityPermission>]: Asked<EntityPermission>[K] } & {
  /** Reaches from its entity to all of the descendants. */
  readonly descendants?: true;
  /** A child is spawned with a copy. */
  readonly copyToChildren?: true;
};

/** `id`: positive, unique on its entity or type, growing. `createdBy`: principal URL. */
export type Given = { readonly id: number; readonly createdBy: string; readonly at: number };

export type TypeGrant = AskedTypeGrant & Given;
export type EntityGrant = AskedEntityGrant & Given;

// Keeps ids apart that are given in the same millisecond; they stay safe integers until the year 2248.
const IDS_PER_MS = 1024;

const smallHash = (text: string): number => {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (hash * 31 + text.charCodeAt(index)) % 1_000_003;
  return hash % IDS_PER_MS;
};

/** Who grants, when, in which command. `last`: the highest id there ever was on this entity or type. */
export interface Granting {
  readonly now: number;
  readonly by: string;
  readonly commandId: string;
  readonly last: number;
}

/** What was asked for with its id, time and giver; the same command on the same state gives the same. */
export const grantedOne = <Grant extends AskedTypeGrant | AskedEntityGrant>(
  asked: Grant,
  { now, by, commandId, last }: Granting,
): Grant & Given => ({
  ...asked,
  id: Math.max(now * IDS_PER_MS + smallHash(commandId), last + 1),
  createdBy: by,
  at: now,
});

export const granted = <Grant extends AskedTypeGrant | AskedEntityGrant>(
  asked: readonly Grant[],
  granting: Granting,
): readonly (Grant & Given)[] => {
  let { last } = granting;
  return asked.map((each) => {
    const grant = grantedOne(each, { ...granting, last });
    last = grant.id;
    return grant;
  });
};

export const isUnexpired = ({ expiresAt }: { readonly expiresAt?: number }, now: number): boolean =>
  expiresAt === undefined || expiresAt > now;

export const lastGrant = (grants: readonly Given[], before = 0): number =>
  grants.reduce((last, { id }) => Math.max(last, id), before);
