/**
 * Every NATS name of the system. Public and versioned: other services subscribe by these subjects.
 * A path `chat/42/main` of tenant `acme` is the subject `log.acme.s.chat.42.main.d`.
 */

/** The shard a tenant's streams live in; one shard until several are needed. */
export const LOG_STREAM = 'LOG_0';
export const LOG_SUBJECTS = 'log.>';

export const REGISTRY_STREAM = 'REGISTRY';
export const REGISTRY_SUBJECTS = 'reg.>';

// Everything that is not plainly safe in a subject token or on a terminal is written as %XX of its UTF-8 bytes.
const UNSAFE = /[^A-Za-z0-9_~:@!$&'()+,;=-]/gu;

// Most segments are so, and a test costs less than a replacement that finds nothing.
const SAFE_TOKEN = /^[\w~:@!$&'()+,;=-]*$/;

const encoder = new TextEncoder();

/** One path segment as one subject token; reversible. */
export const escapeToken = (segment: string): string => (SAFE_TOKEN.test(segment) ? segment : escaped(segment));

const escaped = (segment: string): string =>
  segment.replace(UNSAFE, (char) =>
    Array.from(encoder.encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );

export const unescapeToken = (token: string): string => (token.includes('%') ? decodeURIComponent(token) : token);

const SAFE_PATH = /^[\w~:@!$&'()+,;=/-]*$/;

const tokens = (path: string): string =>
  SAFE_PATH.test(path) ? path.replace(/\//g, '.') : path.split('/').map(escapeToken).join('.');

/** `path` is canonical: no leading slash, no empty segments. */
export const streamSubject = (tenant: string, path: string): string => `log.${escapeToken(tenant)}.s.${tokens(path)}.d`;

/** Facts about who waits for a stream; one subject per source. */
export const waitersSubject = (tenant: string, path: string): string =>
  `log.${escapeToken(tenant)}.s.${tokens(path)}.w`;

/** Dispatch grants of a subscription. */
export const grantsSubject = (tenant: string, subscription: string): string =>
  `log.${escapeToken(tenant)}.x.${escapeToken(subscription)}`;

export const entityTypeSubject = (tenant: string, name: string): string =>
  `reg.${escapeToken(tenant)}.type.${escapeToken(name)}`;

/** Of messages that say nothing and are only waited for; `subjects`: of the whole log, as `log.>`. */
export const barrierSubject = (subjects: string): string => subjects.replace(/>$/, '_.b');

export type LogSubject =
  | { readonly kind: 'stream' | 'waiters'; readonly tenant: string; readonly path: string }
  | { readonly kind: 'grants'; readonly tenant: string; readonly subscription: string };

// As most are: nothing in them is escaped.
const PLAIN_STREAM = /^log\.([^.%]+)\.s\.([^%]+)\.d$/;

/** The inverse of the functions above; undefined for a subject that is not ours. */
export const parseLogSubject = (subject: string): LogSubject | undefined => {
  const [, plainTenant, plainPath] = PLAIN_STREAM.exec(subject) ?? [];
  if (plainTenant !== undefined && plainPath !== undefined)
    return { kind: 'stream', tenant: plainTenant, path: plainPath.replace(/\./g, '/') };
  const parts = subject.split('.');
  const [root, tenant, area] = parts;
  if (root !== 'log' || tenant === undefined) return undefined;
  if (area === 'x' && parts.length === 4)
    return { kind: 'grants', tenant: unescapeToken(tenant), subscription: unescapeToken(parts[3] ?? '') };
  const suffix = parts.at(-1);
  if (area !== 's' || parts.length < 5 || (suffix !== 'd' && suffix !== 'w')) return undefined;
  return {
    kind: suffix === 'd' ? 'stream' : 'waiters',
    tenant: unescapeToken(tenant),
    path: parts.slice(3, -1).map(unescapeToken).join('/'),
  };
};

/** Core NATS subjects: hints between processes, never durable, safe to lose. */
export const LANES_ADVANCED = 'rv.lanes';
export const LANES_WANTED = 'rv.lanes.wanted';
export const LANES_REBALANCE = 'rv.lanes.rebalance';
export const LEASE_HEARTBEAT = 'rv.leases';

/**
 * Core NATS subjects between the processes that write streams. Commands travel here with their caller already known, so
 * nobody but those processes may publish on them.
 */
export const ROUTING_MEMBERS = 'rt.members';

/** What `from` says to `to`; ids of processes are single tokens. */
export const routingSubject = (to: string, from: string): string => `rt.to.${to}.${from}`;

/** Who said it; undefined for another kind of subject. */
export const routingSender = (subject: string): string | undefined => {
  const parts = subject.split('.');
  return parts.length === 4 && parts[0] === 'rt' && parts[1] === 'to' ? parts[3] : undefined;
};
