/*
 * Patterns of JSON. A leaf that is one of these tokens stands for every value the server may mint there; everything else
 * stands for itself, and an object has exactly the members of its pattern.
 */
export const ANY = '§any';
export const TIME = '§time';
export const MS = '§ms';
export const UUID = '§uuid';
export const NUMBER = '§number';
export const MESSAGE_KEY = '§message key';
export const SIGNAL_KEY = '§signal key';
export const POSITION = '§position';
const MINTED_KEY = '§minted ';
/** The default key of a row. */
export const rowKey = (collection: string): string => MINTED_KEY + collection;

const text =
  (expression: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && expression.test(value);
const isInteger = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const TOKENS: Readonly<Record<string, (value: unknown) => boolean>> = {
  [ANY]: () => true,
  [TIME]: text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  [MS]: isInteger,
  [NUMBER]: isInteger,
  [UUID]: text(new RegExp(`^${ID}$`)),
  [MESSAGE_KEY]: text(/^msg-in-\d+-[0-9a-z]{6}$/),
  [SIGNAL_KEY]: text(/^sig-\d+-[0-9a-f]{8}$/),
  [POSITION]: text(/^\d{16}:a0$/),
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a value differs from its pattern; undefined when it does not. */
export const difference = (pattern: unknown, value: unknown, at = ''): string | undefined => {
  const differs = (): string => `${at || '/'}: ${JSON.stringify(value)} instead of ${JSON.stringify(pattern)}`;
  if (typeof pattern === 'string' && pattern.startsWith(MINTED_KEY))
    return text(new RegExp(`^${pattern.slice(MINTED_KEY.length)}-${ID}$`))(value) ? undefined : differs();
  const token = typeof pattern === 'string' ? TOKENS[pattern] : undefined;
  if (token) return token(value) ? undefined : differs();
  if (Array.isArray(pattern)) {
    if (!Array.isArray(value) || value.length !== pattern.length) return differs();
    for (const [n, item] of pattern.entries()) {
      const found = difference(item, value[n], `${at}/${String(n)}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(pattern)) return Object.is(pattern, value) ? undefined : differs();
  if (!isObject(value)) return differs();
  for (const name of new Set([...Object.keys(pattern), ...Object.keys(value)])) {
    // A member that is undefined is not there.
    const found = difference(pattern[name], value[name], `${at}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
};
