import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../kernel/stream-item.js';
import { foreignKeyword } from './schema-keywords.js';

const foreign = { patternProperties: {} };

describe('the keywords of a schema', () => {
  it.each([
    ['at the top', foreign],
    ['in a property', { properties: { a: foreign } }],
    ['in a definition', { $defs: { a: foreign } }],
    ['in an older definition', { definitions: { a: foreign } }],
    ['in items', { items: foreign }],
    ['in anyOf', { anyOf: [true, foreign] }],
    ['in oneOf', { oneOf: [foreign] }],
    ['in allOf of a property', { properties: { a: { allOf: [foreign] } } }],
  ])('are found %s', (_name, schema) => expect(foreignKeyword(schema)).toBe('patternProperties'));

  it.each([
    ['a property of that name', { properties: { patternProperties: {} }, required: ['patternProperties'] }],
    ['a default value', { default: foreign }],
    ['what is not', { not: foreign }],
    ['additional properties', { additionalProperties: foreign }],
    ['a list of items', { items: [foreign] }],
    ['no schema at all', true],
  ])('are not looked for in %s', (_name, schema) => expect(foreignKeyword(schema)).toBeUndefined());

  it('are looked for in any JSON without breaking', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void foreignKeyword(value as Json)));
  });
});
