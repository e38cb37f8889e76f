import { isObject } from '../kernel/is-object.js';
import type { Json, JsonObject } from '../kernel/stream-item.js';

/** The JSON Schema keywords a type may use. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...['type', 'properties', 'required', 'enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['minLength', 'maxLength', 'pattern', 'items', 'minItems', 'maxItems', '$ref', 'anyOf', 'oneOf', 'allOf', 'not'],
  ...['format', 'title', 'description', 'default', 'additionalProperties', 'nullable'],
  ...['$schema', '$id', '$defs', 'definitions'],
]);

const values = (value: Json | undefined): readonly Json[] => (isObject(value) ? Object.values(value) : []);
const members = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** The schemas directly inside one; `not` and `additionalProperties` are deliberately not looked into. */
const inner = (schema: JsonObject): readonly Json[] => [
  ...['properties', '$defs', 'definitions'].flatMap((keyword) => values(schema[keyword])),
  ...(isObject(schema['items']) ? [schema['items']] : []),
  ...['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => members(schema[keyword])),
];

/** A keyword outside the subset, anywhere; undefined when there is none. */
export const foreignKeyword = (schema: Json): string | undefined => {
  if (!isObject(schema)) return undefined;
  const here = Object.keys(schema).find((keyword) => !ALLOWED.has(keyword));
  if (here !== undefined) return here;
  for (const child of inner(schema)) {
    const found = foreignKeyword(child);
    if (found !== undefined) return found;
  }
  return undefined;
};
