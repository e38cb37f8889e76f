const SECRET_NAME = /(authorization|cookie|password|passwd|secret|token|api[-_]?key|token[-_]?key|signing[-_]?key)$/i;
// Bounded repetitions: the time these take must not grow with the square of what is logged.
const CREDENTIALS_IN_URL = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@?#]+@/gi;
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi;
const TOKEN_IN_QUERY = /([?&][^=&?\s]{0,60}(?:token|secret|password|key)=)[^&\s"']+/gi;

const HIDDEN = '[hidden]';
// Deep or wide things are cut rather than walked: a log line is not a dump.
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;

/** Takes credentials out of a text: in URLs, after `Bearer`, in query parameters. */
export const scrubText = (text: string): string =>
  text
    .replace(CREDENTIALS_IN_URL, `$1${HIDDEN}@`)
    .replace(BEARER, `$1 ${HIDDEN}`)
    .replace(TOKEN_IN_QUERY, `$1${HIDDEN}`);

/** A copy that is safe to log: secrets hidden by name and by form, errors as plain objects, bounded in depth and width. */
export const scrub = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return scrubError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => scrub(item, depth + 1));
  return scrubEntries(value, depth);
};

const scrubEntries = (value: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([name, item]) => [name, SECRET_NAME.test(name) && item != null ? HIDDEN : scrub(item, depth + 1)]),
  );

const scrubError = (error: Error, depth: number): Record<string, unknown> => ({
  type: error.name,
  message: scrubText(error.message),
  stack: scrubText(error.stack ?? ''),
  ...(error.cause !== undefined && { cause: scrub(error.cause, depth + 1) }),
  ...scrubEntries(error, depth),
});
