import type { Violation } from '../errors/api-error.js';
import type { Check } from './checked.js';

type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (key: string, inner: Violation): Violation => ({
  path: `/${key.replace(/~/g, '~0').replace(/\//g, '~1').replace(/ /g, '%20')}${inner.path}`,
  message: inner.message,
});

const fails = (message: string): Violation => ({ path: '', message });

export const isObject: Check = (value) => (isMembers(value) ? undefined : fails('must be object'));

export const isString: Check = (value) => (typeof value === 'string' ? undefined : fails('must be string'));

export const isFilledString: Check = (value) =>
  isString(value) ?? (value === '' ? fails('must NOT have fewer than 1 characters') : undefined);

export const isBoolean: Check = (value) => (typeof value === 'boolean' ? undefined : fails('must be boolean'));

/** Anything at all; for members whose presence alone is described. */
export const isAnything: Check = () => undefined;

export const isOneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value) ? undefined : fails('must be equal to one of the allowed values');

export const isArrayOf =
  (item: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return fails('must be array');
    for (const [index, member] of value.entries()) {
      const inner = item(member);
      if (inner) return at(String(index), inner);
    }
    return undefined;
  };

export const isMapOf =
  (member: Check): Check =>
  (value) => {
    if (!isMembers(value)) return fails('must be object');
    for (const [key, each] of Object.entries(value)) {
      const inner = member(each);
      if (inner) return at(key, inner);
    }
    return undefined;
  };

export interface Shape {
  readonly required?: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
  readonly strict?: true;
}

/** An object with these members; others are ignored unless `strict`. */
export const hasShape =
  ({ required = {}, optional = {}, strict }: Shape): Check =>
  (value) => {
    if (!isMembers(value)) return fails('must be object');
    const missing = Object.keys(required).find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) return fails(`must have required property '${missing}'`);
    const checks: Readonly<Record<string, Check>> = { ...optional, ...required };
    for (const [key, each] of Object.entries(value)) {
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
      if (check === undefined && strict) return fails('must NOT have additional properties');
      const inner = check?.(each);
      if (inner) return at(key, inner);
    }
    return undefined;
  };

export const isAnyOf =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value) === undefined) ? undefined : fails('must match a schema in anyOf');
