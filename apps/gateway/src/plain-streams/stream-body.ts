import { setImmediate } from 'node:timers/promises';
import type { StreamBody } from '@app/application';
import { ApiError, MAX_JSON_DEPTH } from '@app/contracts';
import { mediaType } from '@app/domain';
import { InvalidJson } from '@app/streams/codec/json-items.js';
import { JsonTooDeep, scanJsonItems } from '@app/streams/codec/json-scan.js';
import { appendBody } from '../append/append-body.js';

// Parsing more at once would hold up all other requests, and the values would take many times the room.
const PARSED_BYTES = 1024 * 1024;

const NOTHING = { body: new Uint8Array(0), count: 0, types: [] };

const largeJson = async (body: Buffer): Promise<StreamBody> => {
  try {
    const sent = await scanJsonItems(body, MAX_JSON_DEPTH, () => setImmediate());
    return sent.count === 0 ? { sent: NOTHING, problem: 'empty-array' } : { sent };
  } catch (error) {
    if (error instanceof InvalidJson) return { sent: NOTHING, problem: 'invalid-json' };
    if (error instanceof JsonTooDeep) return { sent: NOTHING, problem: 'too-deep' };
    throw error;
  }
};

const smallJson = (body: Buffer, contentType: string): StreamBody => {
  const { items, problem } = appendBody(body, contentType);
  return problem === undefined ? { sent: items } : { sent: items, problem };
};

/**
 * A body as a stream of this content type stores it: JSON items, or bytes. An empty array is no problem of its own.
 * It may be asked for again, when the request is decided again: a large one is scanned once, because that removes white
 * space where it is.
 */
export const bodyReader = (body: Buffer): ((contentType: string) => Promise<StreamBody>) => {
  let scanned: Promise<StreamBody> | undefined;
  return async (contentType) => {
    if (body.length === 0) return { sent: NOTHING };
    if (mediaType(contentType) === 'application/json')
      return body.length > PARSED_BYTES ? (scanned ??= largeJson(body)) : smallJson(body, contentType);
    // The source of a fork was replaced by one of another type meanwhile.
    if (scanned !== undefined) throw new ApiError('STREAM_CONFLICT', 'the source was replaced meanwhile');
    return { sent: { body, count: body.length, types: [] } };
  };
};
