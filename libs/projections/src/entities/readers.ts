import type { EntityGrant } from '@app/domain';

/** Whether a permission lets somebody read. */
export const isReading = (permission: string): boolean => permission === 'read' || permission === 'manage';

/**
 * The subjects that may read an entity by grants of its own, parted by spaces, which no subject has. Null: one of these
 * grants ends, so that only a look at them tells.
 */
export const readersOf = (grants: readonly EntityGrant[]): string | null => {
  const reading = grants.filter(({ permission }) => isReading(permission));
  if (reading.some(({ expiresAt }) => expiresAt !== undefined)) return null;
  return [...new Set(reading.map(({ subject }) => subject))].sort().join(' ');
};
