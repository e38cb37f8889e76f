import { askerOf, DomainError, type Asker } from '@app/domain';

/** @throws DomainError for what is no principal */
export const requireAsker = (principalUrl: string): Asker => {
  const asker = askerOf(principalUrl);
  if (asker === undefined) throw new DomainError('UNAUTHORIZED', 'the request names no principal');
  return asker;
};
