import { ApiError } from '@app/contracts';
import { parseOffset, START, type Offset } from '@app/streams';

export type LiveMode = 'long-poll' | 'sse';

export interface ReadQuery {
  readonly offset: Offset | 'now';
  readonly live?: LiveMode;
  readonly cursor?: string;
}

const single = (params: URLSearchParams, name: string): string | undefined => {
  const values = params.getAll(name);
  if (values.length > 1) throw new ApiError('INVALID_REQUEST', `"${name}" is given ${String(values.length)} times`);
  return values[0];
};

const offsetOf = (text: string | undefined): Offset | 'now' => {
  if (text === undefined || text === '-1') return START;
  if (text === 'now') return 'now';
  const offset = parseOffset(text);
  if (!offset) throw new ApiError('INVALID_REQUEST', '"offset" is -1, now, or an offset this server gave out');
  return offset;
};

/** Query of a stream read; an unknown `live` is a plain catch-up, unknown parameters are ignored. */
export const parseReadQuery = (url: string): ReadQuery => {
  const query = url.indexOf('?');
  const params = new URLSearchParams(query === -1 ? '' : url.slice(query + 1));
  const offset = single(params, 'offset');
  const live = params.get('live');
  const cursor = params.get('cursor') ?? undefined;
  if (live !== 'long-poll' && live !== 'sse') return { offset: offsetOf(offset) };
  if (offset === undefined) throw new ApiError('INVALID_REQUEST', 'a live read needs "offset"');
  return { offset: offsetOf(offset), live, ...(cursor !== undefined && { cursor }) };
};
