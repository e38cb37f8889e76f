import { DomainError } from './domain-error.js';

// An over-long subject makes the broker close the connection, which kills unrelated requests.
const MAX_BYTES = 900;

// What an unsafe character takes in a subject: `%XX`.
const ESCAPED_BYTES = 3;

const escapedBytes = (path: string): number => path.replace(/[^A-Za-z0-9_~:@!$&'()+,;=/-]/g, '%XX').length;

/** `path`: in ASCII. @throws DomainError when it is too long for a subject of the log */
export const checkPathBytes = (what: string, path: string): void => {
  if (path.length * ESCAPED_BYTES > MAX_BYTES && escapedBytes(path) > MAX_BYTES)
    throw new DomainError('INVALID_REQUEST', `${what} must be at most ${String(MAX_BYTES)} bytes, escaped`);
};
