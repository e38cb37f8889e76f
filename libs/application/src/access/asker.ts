import { LRUCache } from 'lru-cache';
import { askerOf, DomainError, type Asker } from '@app/domain';

// The same few ask again and again, and each of their requests may need it more than once.
// Bounded by bytes, too, since a principal's name is as long as he likes; an asker says it once more.
const known = new LRUCache<string, Asker>({
  max: 10_000,
  maxSize: 8 * 1024 * 1024,
  sizeCalculation: (_asker, principalUrl) => 2 * principalUrl.length + 256,
});

/** Undefined for what is no principal: that may do nothing. */
export const askerAt = (principalUrl: string): Asker | undefined => {
  const before = known.get(principalUrl);
  if (before) return before;
  const asker = askerOf(principalUrl);
  if (asker) known.set(principalUrl, asker);
  return asker;
};

/** @throws DomainError for what is no principal */
export const requireAsker = (principalUrl: string): Asker => {
  const asker = askerAt(principalUrl);
  if (asker === undefined) throw new DomainError('UNAUTHORIZED', 'the request names no principal');
  return asker;
};
