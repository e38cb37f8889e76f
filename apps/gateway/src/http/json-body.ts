import { isUtf8 } from 'node:buffer';
import { ApiError, MAX_JSON_DEPTH } from '@app/contracts';
import { nestsDeeperThan } from './json-depth.js';

const BACKSLASH_U = Buffer.from('\\u');

/** What is wrong with a text that no JSON parser of ours should be given. */
export const faultOfJsonText = (body: Buffer): 'no-utf8' | 'too-deep' | undefined => {
  if (!isUtf8(body)) return 'no-utf8';
  // Whatever is open must be closed again, so a short body is refused as broken before it could be too deep.
  return body.length > 2 * MAX_JSON_DEPTH && nestsDeeperThan(body, MAX_JSON_DEPTH) ? 'too-deep' : undefined;
};

export const TOO_DEEP = `the body nests deeper than ${String(MAX_JSON_DEPTH)} levels`;

const assertJsonText = (body: Buffer): void => {
  const fault = faultOfJsonText(body);
  if (fault === 'no-utf8') throw new ApiError('INVALID_REQUEST', 'the body is not valid UTF-8');
  if (fault === 'too-deep') throw new ApiError('INVALID_REQUEST', TOO_DEEP);
};

// A number has one or the other to be read as Infinity.
const MAYBE_INFINITE = /[eE]\+?\d{3}|\d{200}/;

const holdsInfinity = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some(holdsInfinity)
    : value === Infinity || value === -Infinity;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('INVALID_REQUEST', 'the body is not valid JSON');
  }
};

/** The body of a control request. An empty one is `{}`; content types are not believed. */
export const parseJsonBody = (body: Buffer | undefined): unknown => {
  if (body === undefined || body.length === 0) return {};
  assertJsonText(body);
  const text = body.toString('utf8');
  const value = parsed(text);
  // It would be stored as null.
  if (MAYBE_INFINITE.test(text) && holdsInfinity(value))
    throw new ApiError('INVALID_REQUEST', 'the body holds a number that is too large');
  return value;
};

const wellFormed = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);

const firstIllFormed = (value: unknown, path: string): string | undefined => {
  if (typeof value === 'string') return wellFormed(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const at = `${path}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
    const found = wellFormed(key) ? firstIllFormed(member, at) : path;
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * Refuses NUL characters and lone surrogates: the database can store neither. In valid UTF-8 they can only come from
 * escapes, so the walk is skipped for nearly every body. `opaque`: members that are stored as bytes and may hold anything.
 */
export const assertStorable = (body: Buffer, value: unknown, opaque: readonly string[] = []): void => {
  if (!body.includes(BACKSLASH_U) || typeof value !== 'object' || value === null) return;
  const checked = Object.fromEntries(Object.entries(value).filter(([key]) => !opaque.includes(key)));
  const path = firstIllFormed(checked, '');
  if (path === undefined) return;
  const message = 'must not contain NUL characters or lone surrogates';
  throw new ApiError('INVALID_REQUEST', `the body ${message}`, [{ path: path === '' ? '/' : path, message }]);
};
