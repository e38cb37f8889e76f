import { DomainError } from './domain-error.js';
import { jsonBytes } from './json-size.js';
import type { Json } from './stream-item.js';

// NUL, and halves of surrogate pairs: JSON can say them, the text and jsonb of the read models cannot.
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const isStorable = (value: Json): boolean => {
  if (typeof value === 'string') return !UNSTORABLE.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member));
};

/** Refuses what would be accepted by the log and then break a read model or a header. `limit` in bytes of ASCII JSON. */
export const checkStorable = (what: string, value: Json, limit: number): void => {
  if (jsonBytes(value) > limit)
    throw new DomainError('INVALID_REQUEST', `${what} must take at most ${String(limit)} bytes as ASCII JSON`);
  if (!isStorable(value))
    throw new DomainError('INVALID_REQUEST', `${what} must not contain U+0000 or half a surrogate pair`);
};
