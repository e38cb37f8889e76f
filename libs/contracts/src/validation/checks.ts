import type { Violation } from '../errors/api-error.js';
import { MAX_DETAILS } from '../http/limits.js';
import type { Check } from './checked.js';

type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const FINE: readonly Violation[] = [];

const fails = (message: string): readonly Violation[] => [{ path: '', message }];

const below = (key: string, inner: readonly Violation[]): readonly Violation[] => {
  const pointer = `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  return inner.map(({ path, message }) => ({ path: pointer + path, message }));
};

/** Of every member; no more than are ever told. */
const ofMembers = (members: object, check: Check): readonly Violation[] => {
  const found: Violation[] = [];
  for (const [key, member] of Object.entries(members)) {
    found.push(...below(key, check(member)));
    if (found.length >= MAX_DETAILS) break;
  }
  return found;
};

const when =
  (ok: (value: unknown) => boolean, message: string): Check =>
  (value) =>
    ok(value) ? FINE : fails(message);

export const isObject: Check = when(isMembers, 'must be object');

export const isString: Check = when((value) => typeof value === 'string', 'must be string');

export const isBoolean: Check = when((value) => typeof value === 'boolean', 'must be boolean');

export const isFilledString: Check = (value) =>
  value === '' ? fails('must NOT have fewer than 1 characters') : isString(value);

/** Anything at all; for members whose presence alone is described. */
export const isAnything: Check = () => FINE;

export const isOneOf = (...allowed: readonly unknown[]): Check =>
  when((value) => allowed.includes(value), 'must be equal to one of the allowed values');

export interface Length {
  readonly min?: number;
  readonly max?: number;
}

export const isArrayOf =
  (item: Check, { min = 0, max = Infinity }: Length = {}): Check =>
  (value) => {
    if (!Array.isArray(value)) return fails('must be array');
    return [
      ...(value.length > max ? fails(`must NOT have more than ${String(max)} items`) : FINE),
      ...(value.length < min ? fails(`must NOT have fewer than ${String(min)} items`) : FINE),
      ...ofMembers(value, item),
    ];
  };

export const isMapOf =
  (member: Check): Check =>
  (value) =>
    isMembers(value) ? ofMembers(value, member) : fails('must be object');

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
    const checks: Readonly<Record<string, Check>> = { ...required, ...optional };
    const missing = Object.keys(required).filter((key) => !Object.hasOwn(value, key));
    const unknown = strict ? Object.keys(value).filter((key) => !Object.hasOwn(checks, key)) : [];
    return [
      ...missing.flatMap((key) => fails(`must have required property '${key}'`)),
      ...unknown.slice(0, MAX_DETAILS).flatMap(() => fails('must NOT have additional properties')),
      ...Object.entries(checks).flatMap(([key, check]) =>
        Object.hasOwn(value, key) ? below(key, check(value[key])) : FINE,
      ),
    ];
  };

/** Of a choice that nothing fits, why each of it does not. */
export const isAnyOf =
  (...checks: readonly Check[]): Check =>
  (value) => {
    const found = checks.map((check) => check(value));
    return found.some(({ length }) => length === 0)
      ? FINE
      : [...found.flat(), ...fails('must match a schema in anyOf')];
  };
