import type { StreamBody } from '@app/application';
import { mediaType } from '@app/domain';
import { appendBody } from '../append/append-body.js';

/** A body as a stream of this content type stores it: JSON items, or bytes. An empty array is no problem of its own. */
export const streamBody = (body: Buffer, contentType: string): StreamBody => {
  if (mediaType(contentType) !== 'application/json') return { sent: { body, count: body.length, types: [] } };
  const { items, problem } = appendBody(body, contentType);
  return problem === undefined ? { sent: items } : { sent: items, problem };
};
