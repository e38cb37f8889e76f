import { DomainError } from '../kernel/domain-error.js';
import { checkPathBytes } from '../kernel/path-bytes.js';
import { entityOfMainPath } from '../identity/entity-address.js';

/**
 * Who may do what with a path. `entity`: the main stream of an entity. `attachment`, `shared-state`: tied to entities.
 * `server`: written by the server only. `control`: no stream at all.
 */
export type PathClass = 'plain' | 'entity' | 'attachment' | 'shared-state' | 'server' | 'control';

const invalid = (message: string): DomainError => new DomainError('INVALID_REQUEST', message);

const decode = (segment: string): string => {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid('the path is not valid percent encoding of UTF-8');
  }
};

const checkSegment = (segment: string): void => {
  if (segment === '') throw invalid('the path must not have empty segments');
  if (/[^\x21-\x7e]/.test(segment)) throw invalid('the path must be percent-encoded');
  const text = decode(segment);
  if (text === '.' || text === '..') throw invalid('the path must not have "." or ".." segments');
  if (text.includes('/') || text.includes('\0')) throw invalid('the path must not contain %2F or %00');
};

// Most are so: nothing in their segments is encoded, and nothing can stand for anything else.
const PLAIN_PATH = /^[\w~:@!$&'()+,;=-]+(?:\/[\w~:@!$&'()+,;=-]+)*$/;

/**
 * The one name of a stream, whatever prefix it is reached by: its segments as they were sent, still encoded where they
 * were. @throws DomainError for what could be taken for another path or cannot be one
 */
export const streamPath = (sent: string): string => {
  if (!PLAIN_PATH.test(sent)) for (const segment of sent.split('/')) checkSegment(segment);
  checkPathBytes('the path', sent);
  return sent;
};

const SERVER_WRITTEN = new Set(['_cron', '_entities', '_webhooks']);

// Every other path is plain, whatever its segments are: this is asked several times of each request.
const PERHAPS_NOT_PLAIN = /^_|%|\/(?:main|attachments|wake)(?:\/|$)/;

/** `path` is canonical. Names are compared decoded, so that no other spelling of one slips through. */
export const classOfPath = (path: string): PathClass => {
  if (!PERHAPS_NOT_PLAIN.test(path)) return 'plain';
  const [first = '', second = '', third = '', ...rest] = path.split('/').map(decode);
  // Bulk operations are shown by their own route, to those who asked for them.
  if (first === '__ds' || first === '_operations') return 'control';
  if (first === '_electric') {
    if (second === 'shared-state' && third !== '') return 'shared-state';
    return second === 'pg-sync' ? 'server' : 'control';
  }
  if (SERVER_WRITTEN.has(first)) return 'server';
  if (first === 'runners' && third === 'wake' && rest.length === 0) return 'server';
  if (third === 'attachments' && rest.length > 0) return 'attachment';
  return third === 'main' && rest.length === 0 && entityOfMainPath(path) !== undefined ? 'entity' : 'plain';
};

const CONTROL_ROOTS = new Set([
  ...['v1', '_electric', 'health', 'metrics', 'console', 'docs', 'docs-json'],
  ...['__ds', '__agent_ui', '_operations'],
]);

/** Whether a path at the root of the server, as sent, belongs to the server itself. */
export const isControlRoute = (sent: string): boolean => CONTROL_ROOTS.has(decode(sent.split('/', 1)[0] ?? ''));
