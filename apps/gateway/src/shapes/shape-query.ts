import { ApiError } from '@app/contracts';
import {
  ELSEWHERE,
  isForeignHandle,
  parseHandle,
  parseOffset,
  type ShapeHandle,
  type ShapeOffset,
} from './shape-tokens.js';

/** Which shape a request is about. */
export interface ShapeAsked {
  readonly table: string;
  readonly where?: string;
  readonly params: Readonly<Record<string, string>>;
  readonly columns?: readonly string[];
  readonly full: boolean;
}

/** Where in the shape the client is, and how it goes on. */
export interface ShapePlace {
  /** Rows are not wanted, only what happens to them. */
  readonly changesOnly: boolean;
  readonly offset: ShapeOffset;
  readonly handle?: ShapeHandle;
  readonly live?: 'long-poll' | 'sse';
  readonly cursor?: string;
}

const refuse = (message: string): never => {
  throw new ApiError('INVALID_REQUEST', message);
};

const oneOf = <T extends string>(params: URLSearchParams, name: string, values: readonly T[]): T | undefined => {
  const value = params.get(name);
  if (value === null) return undefined;
  const found = values.find((each) => each === value);
  return found ?? refuse(`"${name}" is ${values.join(' or ')}`);
};

const tableOf = (params: URLSearchParams): string => {
  const [table, ...others] = params.getAll('table');
  if (table === undefined || others.length > 0)
    throw new ApiError('TABLE_NOT_ALLOWED', 'exactly one "table" must be given');
  return table;
};

const NAME = /^\s*(?:"((?:[^"]|"")+)"|([a-z_][a-z0-9_]*))\s*$/i;

const columnsOf = (text: string | null): readonly string[] | undefined =>
  text?.split(',').map((part) => {
    const [, quoted, bare] = NAME.exec(part) ?? [];
    return quoted?.replaceAll('""', '"') ?? bare ?? refuse('"columns" is a list of names separated by commas');
  });

const PARAM = /^params\[([1-9]\d{0,3})\]$/;

const paramsOf = (query: URLSearchParams): Readonly<Record<string, string>> => {
  const params: Record<string, string> = {};
  for (const [name, value] of query) {
    if (name !== 'params' && !name.startsWith('params[')) continue;
    const number = PARAM.exec(name)?.[1] ?? refuse('values of "where" are given as params[1], params[2] and so on');
    params[number] ??= value;
  }
  return params;
};

/** Parts of the protocol that would change what is answered; anything else that is not known is left alone. */
const refuseUnsupported = (query: URLSearchParams): void => {
  for (const name of query.keys())
    if (name.startsWith('subset__')) throw new ApiError('NOT_SUPPORTED', `"${name}": subsets are not supported`);
};

const liveOf = (query: URLSearchParams): ShapePlace['live'] => {
  if (oneOf(query, 'live', ['true', 'false']) !== 'true') return undefined;
  const sse = oneOf(query, 'live_sse', ['true', 'false']) ?? oneOf(query, 'experimental_live_sse', ['true', 'false']);
  return sse === 'true' ? 'sse' : 'long-poll';
};

const placeOf = (query: URLSearchParams): Pick<ShapePlace, 'offset' | 'handle'> => {
  const text = query.get('offset') ?? refuse('"offset" is missing; -1 begins');
  const handle = query.get('handle');
  // The client followed another server until now, whose places are none here: it is to begin anew, not to give up.
  if (handle !== null && text !== '-1' && text !== 'now' && isForeignHandle(handle)) return { offset: ELSEWHERE };
  const offset = parseOffset(text);
  if (typeof offset === 'object' && handle === null) refuse('an "offset" needs the "handle" that came with it');
  return { offset, ...(handle !== null && { handle: parseHandle(handle) }) };
};

/** The table is looked at first. @throws ApiError */
export const parseShapeAsked = (query: URLSearchParams): ShapeAsked => {
  const table = tableOf(query);
  const where = query.get('where');
  const columns = columnsOf(query.get('columns'));
  return {
    table,
    params: paramsOf(query),
    full: oneOf(query, 'replica', ['default', 'full']) === 'full',
    ...(where !== null && where.trim() !== '' && { where }),
    ...(columns && { columns }),
  };
};

/** @throws ApiError */
export const parseShapePlace = (query: URLSearchParams): ShapePlace => {
  refuseUnsupported(query);
  const live = liveOf(query);
  const place = placeOf(query);
  const { offset } = place;
  if (live && (typeof offset !== 'object' || offset.after > 0))
    refuse('a live request needs the "offset" of a shape that was up to date');
  const cursor = query.get('cursor');
  return {
    ...place,
    changesOnly: oneOf(query, 'log', ['full', 'changes_only']) === 'changes_only',
    ...(live && { live }),
    ...(cursor !== null && { cursor }),
  };
};
