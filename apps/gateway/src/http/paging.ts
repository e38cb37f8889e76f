import { ApiError, HEADERS, PAGE } from '@app/contracts';
import { rawPath } from './raw-path.js';
import { header, type GatewayReply, type GatewayRequest } from './request.js';

export interface Sort<By extends string> {
  readonly by: By;
  readonly descending: boolean;
}

/** Where a page begins: behind this entry. `value`: of the column sorted by, when that is not the name. */
export interface Place {
  readonly value?: number;
  readonly name: string;
}

export interface PageRequest<By extends string> {
  readonly sort: Sort<By>;
  /** Absent: everything, which only the older prefix gives without being asked. */
  readonly limit?: number;
  readonly after?: Place;
}

const invalid = (message: string): ApiError => new ApiError('INVALID_REQUEST', message);

const textOf = <By extends string>({ by, descending }: Sort<By>): string => (descending ? `-${by}` : by);

const sortOf = <By extends string>(sent: string | null, names: readonly By[], usual: Sort<By>): Sort<By> => {
  if (sent === null) return usual;
  const descending = sent.startsWith('-');
  const by = names.find((name) => name === (descending ? sent.slice(1) : sent));
  if (by === undefined) throw invalid(`sort must be one of ${names.join(', ')}, with "-" in front for descending`);
  return { by, descending };
};

const limitOf = (sent: string | null): number | undefined => {
  if (sent === null) return undefined;
  const limit = /^\d{1,9}$/.test(sent) ? Number(sent) : 0;
  if (limit < 1 || limit > PAGE.max) throw invalid(`limit must be an integer from 1 to ${String(PAGE.max)}`);
  return limit;
};

/** Of a list with one order; pages are given without being asked for. @throws ApiError */
export const pageLimit = (query: URLSearchParams): number => limitOf(query.get('limit')) ?? PAGE.default;

export const encodeCursor = (...parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** What a cursor says is only a place in an order, so there is nothing in it to protect. @throws ApiError */
export const decodeCursor = (sent: string): readonly unknown[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(sent, 'base64url').toString('utf8'));
    if (Array.isArray(parts)) return parts as readonly unknown[];
  } catch {
    // Falls through to the refusal.
  }
  throw wrongCursor();
};

export const wrongCursor = (): ApiError => invalid('cursor is not one that this server gave');

export const isNatural = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** What PostgreSQL can compare with. */
export const isName = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0');

const placeIn = <By extends string>(sent: string, sort: Sort<By>): Place => {
  const [order, name, value] = decodeCursor(sent);
  if (typeof order !== 'string' || !isName(name)) throw wrongCursor();
  if (order !== textOf(sort)) throw invalid(`cursor belongs to the order ${order}; ask with the same sort`);
  if (value === undefined) return { name };
  if (!isNatural(value)) throw wrongCursor();
  return { name, value };
};

/** @throws ApiError */
export const pageOf = <By extends string>(
  request: GatewayRequest,
  query: URLSearchParams,
  { names, usual }: { readonly names: readonly By[]; readonly usual: Sort<By> },
): PageRequest<By> => {
  const sort = sortOf(query.get('sort'), names, usual);
  const cursor = query.get('cursor');
  const asked = limitOf(query.get('limit'));
  const ours = rawPath(request.raw.url ?? '').startsWith('/v1/');
  const limit = asked ?? (ours || cursor !== null ? PAGE.default : undefined);
  return {
    sort,
    ...(limit !== undefined && { limit }),
    ...(cursor !== null && { after: placeIn(cursor, sort) }),
  };
};

/** Tells where the next page is (RFC 8288), by the query alone: that holds under every prefix and behind every proxy. */
export const linkTo = (reply: GatewayReply, query: URLSearchParams, cursor: string): void => {
  const following = new URLSearchParams(query);
  following.set('cursor', cursor);
  void reply.header('link', `<?${following.toString()}>; rel="next"`);
};

export const linkNext = <By extends string>(
  reply: GatewayReply,
  query: URLSearchParams,
  sort: Sort<By>,
  next: Place | undefined,
): void => {
  if (next === undefined) return;
  const { name, value } = next;
  linkTo(reply, query, encodeCursor(textOf(sort), name, ...(value === undefined ? [] : [value])));
};

/** The log position that is enough for the reader; undefined: the latest. @throws ApiError */
export const enoughOf = (request: GatewayRequest): number | undefined => {
  const sent = header(request, HEADERS.minPosition);
  if (sent === undefined) return undefined;
  if (!/^\d{1,15}$/.test(sent)) throw invalid('Reveille-Min-Position must be a log position, as answers give it');
  return Number(sent);
};

export const tellPosition = (reply: GatewayReply, position: number): void => {
  void reply.header(HEADERS.position, String(position));
};
