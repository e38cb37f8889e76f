import { DomainError } from '../kernel/domain-error.js';
import { checkPathBytes } from '../kernel/path-bytes.js';
import { parsePrincipalUrl } from './principal.js';

/** Where an entity lives. `path` and `mainPath` are canonical stream paths without a leading slash. */
export interface EntityAddress {
  readonly type: string;
  readonly id: string;
  /** `/{type}/{id}`, its identity. */
  readonly url: string;
  readonly path: string;
  readonly mainPath: string;
}

export const PRINCIPAL_TYPE = 'principal';

// Characters that mean themselves in a URL, in a log subject and on a terminal: no alias of an address can exist.
const SEGMENT = /^[A-Za-z0-9_~:@!$&'()+,;=-]{1,200}$/;
const SEGMENT_RULE = `must be 1 to 200 characters of A-Z a-z 0-9 _ ~ : @ ! $ & ' ( ) + , ; = -`;

const RESERVED = new Set(['v1', 'docs', 'health', 'metrics', 'console', 'runners', PRINCIPAL_TYPE]);

const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);

const checkSegment = (what: string, segment: string): void => {
  if (!SEGMENT.test(segment)) throw invalid(`${what} ${SEGMENT_RULE}`);
};

/** Refuses names that could be confused with a route, or that cannot be part of an address. */
export const checkTypeName = (name: string): void => {
  if (name.startsWith('_') || name.startsWith('.')) throw invalid('an entity type must not start with "_" or "."');
  checkSegment('an entity type', name);
  if (RESERVED.has(name)) throw invalid(`the entity type "${name}" is reserved`);
};

const address = (type: string, id: string): EntityAddress => {
  const path = `${type}/${id}`;
  const mainPath = `${path}/main`;
  checkPathBytes('the address', mainPath);
  return { type, id, url: `/${path}`, path, mainPath };
};

/** Both segments as sent, still encoded; only the id of a principal is decoded and made canonical. */
export const entityAddress = (type: string, id: string): EntityAddress => {
  if (type === PRINCIPAL_TYPE) {
    const principal = parsePrincipalUrl(`/${type}/${id}`);
    if (principal === undefined) throw invalid('a principal is {user|agent|service|system}:{id without "/"}');
    return address(type, principal.url.slice(`/${type}/`.length));
  }
  if (type.startsWith('_')) throw invalid('an entity type must not start with "_"');
  checkSegment('an entity type', type);
  checkSegment('an entity id', id);
  return address(type, id);
};

/** From an entity URL, `/{type}/{id}`; throws INVALID_REQUEST for anything else. */
export const parseEntityUrl = (url: string): EntityAddress => {
  const [, type, id] = /^\/([^/]+)\/([^/]+)$/.exec(url) ?? [];
  if (type === undefined || id === undefined) throw invalid('an entity URL is /{type}/{id}');
  return entityAddress(type, id);
};

/** The entity a main stream belongs to; undefined for every other stream path. */
export const entityOfMainPath = (path: string): EntityAddress | undefined => {
  const [, type, id] = /^([^/]+)\/([^/]+)\/main$/.exec(path) ?? [];
  if (type === undefined || id === undefined) return undefined;
  try {
    return entityAddress(type, id);
  } catch {
    return undefined;
  }
};
