import { ApiError, HEADERS } from '@app/contracts';
import { mediaType, type Expiry, type StreamConfig } from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { formatOffset, parseOffset } from '@app/streams';
import { isMediaType } from '../http/media-type.js';
import { header, type GatewayRequest } from '../http/request.js';
import { parseTimestamp } from '../http/timestamp.js';
import { targetOf } from './target.js';

const WHOLE = /^(0|[1-9]\d*)$/;

const invalid = (message: string): ApiError => new ApiError('INVALID_REQUEST', message);

/** Undefined for what is no media type: then the default holds, or that of the source. */
const contentTypeOf = (sent: string | undefined): string | undefined => {
  const text = (sent ?? '').trim();
  if (isMediaType(text)) return text;
  // Not to be taken for the default: whoever sends it again with an append would be told that it is another one.
  if (isMediaType(mediaType(text))) throw invalid('"Content-Type" is at most 256 bytes of ASCII');
  return undefined;
};

const wholeNumber = (text: string, name: string): number => {
  const value = WHOLE.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw invalid(`"${name}" is a whole number without sign or leading zeros`);
  return value;
};

const expiryOf = (ttl: string | undefined, expiresAt: string | undefined): Expiry | undefined => {
  if (ttl !== undefined && expiresAt !== undefined) throw invalid('a stream has a TTL or an end, not both');
  if (ttl !== undefined) return { kind: 'idle', ttl: wholeNumber(ttl, 'Stream-TTL') };
  if (expiresAt === undefined) return undefined;
  const at = parseTimestamp(expiresAt);
  if (at === undefined) throw invalid('"Stream-Expires-At" is an RFC 3339 timestamp');
  return { kind: 'instant', at, text: expiresAt };
};

const forkOf = (request: GatewayRequest): StreamConfig['fork'] => {
  const source = header(request, HEADERS.forkedFrom);
  const sentOffset = header(request, HEADERS.forkOffset);
  const sentSubOffset = header(request, HEADERS.forkSubOffset);
  if (source === undefined) {
    if (sentOffset !== undefined || sentSubOffset !== undefined)
      throw invalid('fork headers make sense with "Stream-Forked-From" only');
    return undefined;
  }
  const offset = sentOffset === undefined ? undefined : parseOffset(sentOffset);
  if (sentOffset !== undefined && offset === undefined) throw invalid('"Stream-Fork-Offset" is no offset');
  const target = targetOf(source.startsWith('/') || source.includes('://') ? source : `/${source}`);
  if (target.class !== 'plain') throw new ApiError('STREAM_CONFLICT', 'this stream cannot be forked by itself');
  return {
    source: target.path,
    subOffset: sentSubOffset === undefined ? 0 : wholeNumber(sentSubOffset, 'Stream-Fork-Sub-Offset'),
    ...present({ offset: offset && formatOffset(offset) }),
  };
};

export const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === 'true';

/** What the headers of a creation ask for. @throws ApiError */
export const streamConfig = (request: GatewayRequest): StreamConfig => ({
  closed: isTrue(header(request, HEADERS.closed)),
  ...present({
    contentType: contentTypeOf(request.sentContentType),
    expiry: expiryOf(header(request, HEADERS.ttl), header(request, HEADERS.expiresAt)),
    fork: forkOf(request),
  }),
});
