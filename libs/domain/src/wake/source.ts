import { DomainError } from '../kernel/domain-error.js';
import { refOfPath } from '../membership/source-ref.js';
import { entityOfMainPath, parseEntityUrl } from '../identity/entity-address.js';

/** A stream whose appends can wake. */
export type WakeSource =
  | { readonly kind: 'entity'; readonly type: string; readonly url: string }
  | { readonly kind: 'shared-state' }
  /** Written by the server: who came, changed or left. */
  | { readonly kind: 'membership' };

const SHARED_STATE = /^_electric\/shared-state\/[^/]+$/;
// Whatever can be waited for and is no entity; the characters are those that cannot be confused inside a path.
const OTHER_SOURCE = /^\/_[a-z]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9_~:@!$&'()+,;=%.-]{1,300}){1,6}$/;

// Longer subjects make the broker close the connection; every character may take three bytes there.
const MAX_PATH = 300;

/** A source in its one spelling: of an entity its URL and main stream, otherwise the URL is the path. */
export const parseSource = (url: string): { readonly url: string; readonly path: string } => {
  if (!url.startsWith('/_')) {
    const entity = parseEntityUrl(url);
    return { url: entity.url, path: entity.mainPath };
  }
  if (!OTHER_SOURCE.test(url) || url.length > MAX_PATH)
    throw new DomainError(
      'INVALID_REQUEST',
      'sourceUrl is an entity URL or the path of a stream that can be waited for',
    );
  return { url, path: url.slice(1) };
};

/** Undefined for streams whose appends wake nobody. */
export const sourceAt = (path: string): WakeSource | undefined => {
  if (SHARED_STATE.test(path)) return { kind: 'shared-state' };
  if (refOfPath(path) !== undefined) return { kind: 'membership' };
  const entity = entityOfMainPath(path);
  return entity && { kind: 'entity', type: entity.type, url: entity.url };
};
