import { beforeEach, describe, expect, it } from '@jest/globals';
import { SchemaCompiler, SchemaUnusable } from './schema-compiler.js';

let compiler: SchemaCompiler;
beforeEach(() => {
  compiler = new SchemaCompiler();
});

describe('SchemaCompiler', () => {
  it('collects every violation, with pointers and Ajv texts', () => {
    const schema = { type: 'object', required: ['a'], properties: { b: { type: 'integer' } } };
    expect(compiler.validate(schema, { b: 'x' })).toEqual([
      { path: '/', message: "must have required property 'a'" },
      { path: '/b', message: 'must be integer' },
    ]);
  });

  it.each([
    ['an unknown format', { type: 'string', format: 'phone-number' }],
    ['a foreign $schema', { $schema: 'https://json-schema.org/draft/2020-12/schema' }],
    ['an unknown type', { type: 'text' }],
    ['a reference to nowhere', { $ref: '#/definitions/missing' }],
    ['a pattern that is no regular expression', { type: 'string', pattern: '(' }],
  ])('refuses %s', (_what, schema) => {
    expect(() => compiler.check(schema)).toThrow(SchemaUnusable);
    expect(() => compiler.check(schema)).toThrow(SchemaUnusable);
  });

  it('keeps two schemas with one $id apart', () => {
    expect(compiler.validate({ $id: 'x', type: 'string' }, 1)).toHaveLength(1);
    expect(compiler.validate({ $id: 'x', type: 'number' }, 1)).toHaveLength(0);
  });

  it('knows the usual formats', () => {
    const matches = (format: string, value: string): boolean =>
      compiler.validate({ type: 'string', format }, value).length === 0;
    expect(matches('date-time', '2026-11-20T10:00:00.000Z')).toBe(true);
    expect(matches('date-time', 'yesterday')).toBe(false);
    expect(matches('email', 'a@b.example')).toBe(true);
    expect(matches('uuid', '123e4567-e89b-12d3-a456-426614174000')).toBe(true);
    expect(matches('uri', 'https://example.com/a?b#c')).toBe(true);
    expect(matches('uri', 'no uri')).toBe(false);
  });
});
