import { createHash, webcrypto } from 'node:crypto';
import type { ClientKey } from '@app/application';
import { ApiError, HEADERS, MAX_KEY_CHARACTERS } from '@app/contracts';
import { rawPath } from './raw-path.js';
import type { GatewayRequest } from './request.js';

const NAME = 'Idempotency-Key';

// What a key may be made of: visible ASCII, and spaces between.
const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

// Hashing more at once would hold up all other requests.
const HASHED_AT_ONCE_BYTES = 256 * 1024;

// Headers that say what is to be done, as the body does.
const MEANT = [
  HEADERS.closed,
  HEADERS.streamSeq,
  HEADERS.ttl,
  HEADERS.expiresAt,
  HEADERS.forkedFrom,
  HEADERS.forkOffset,
  HEADERS.forkSubOffset,
  HEADERS.producerId,
  HEADERS.producerEpoch,
  HEADERS.producerSeq,
];

const STREAMS = '/v1/stream/';
const OURS = '/v1/';
const CONTRACT = '/_electric/';

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

/**
 * One name for a route, whichever prefix it is reached by. Segments are decoded: two spellings of one tag are one. That
 * `/chat/a%41` and `/chat/aA` are two entities does no harm, since a key is looked for on their own streams only.
 */
const routeOf = (url: string): readonly string[] => {
  const path = rawPath(url).replace(/\/$/, '');
  const canonical = path.startsWith(STREAMS)
    ? `/${path.slice(STREAMS.length)}`
    : path.startsWith(OURS)
      ? CONTRACT + path.slice(OURS.length)
      : path;
  return canonical.split('/').map(decoded);
};

/** The key as sent; undefined without one. @throws ApiError for what is no key */
const sentKey = ({ headers, raw }: GatewayRequest): string | undefined => {
  const key = headers[HEADERS.idempotencyKey];
  if (key === undefined) return undefined;
  const times = raw.rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === HEADERS.idempotencyKey).length;
  if (times > 1 || typeof key !== 'string') throw new ApiError('INVALID_REQUEST', `there is more than one ${NAME}`);
  if (key.length > MAX_KEY_CHARACTERS)
    throw new ApiError('INVALID_REQUEST', `${NAME} has more than ${String(MAX_KEY_CHARACTERS)} characters`);
  if (!PRINTABLE.test(key))
    throw new ApiError('INVALID_REQUEST', `${NAME} must be printable ASCII and must not be empty`);
  return key;
};

const digest = async (bytes: Buffer): Promise<Uint8Array> => {
  if (bytes.length <= HASHED_AT_ONCE_BYTES) return createHash('sha256').update(bytes).digest();
  return new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes));
};

/** A name-based UUID (version 8): the same for the same parts. */
const uuidOf = (...parts: readonly unknown[]): string => {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const shortHash = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);

/** A key is for one principal, one method and one route of one tenant. */
export const clientKey = async (request: GatewayRequest): Promise<ClientKey | undefined> => {
  const key = sentKey(request);
  if (key === undefined) return undefined;
  const { tenant, principal, method, raw, sentContentType, body, headers } = request;
  const url = raw.url ?? '/';
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  // A body that the route reads as it comes is compared there; the boundaries of a form differ each time.
  const collected = body === undefined || body === null || Buffer.isBuffer(body);
  const content = collected ? Buffer.from(await digest(body ?? Buffer.alloc(0))).toString('base64') : null;
  const meant = MEANT.map((name) => headers[name] ?? null);
  return {
    id: uuidOf(tenant, principal, method, routeOf(url), key),
    fingerprint: `sha256:${shortHash(query, collected ? (sentContentType ?? null) : null, meant, content)}`,
  };
};
