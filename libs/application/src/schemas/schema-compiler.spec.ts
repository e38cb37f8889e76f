import { beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@app/domain';
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

  it('lets a schema refer to itself', () => {
    const tree = { properties: { name: { type: 'string' }, child: { $ref: '#' } } };
    expect(compiler.validate(tree, { name: 'a', child: { name: 1 } })).toEqual([
      { path: '/child/name', message: 'must be string' },
    ]);
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

  it('compiles once what reads the same', () => {
    for (let n = 0; n < 10; n += 1) compiler.validate({ type: 'string', maxLength: 3 }, 'four');
    expect(compiler.held.validators).toBe(1);
  });

  describe('in the hands of a stranger', () => {
    const properties = (count: number, schema: JsonObject): JsonObject =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${String(index)}`, schema]));
    const tookMs = (work: () => void): number => {
      const started = performance.now();
      work();
      return performance.now() - started;
    };

    it('survives a refused schema that calls itself the schema of schemas', () => {
      const poison = { $id: 'http://json-schema.org/draft-07/schema#', type: 'text' };
      expect(() => compiler.check(poison)).toThrow(SchemaUnusable);
      expect(compiler.validate({ type: 'string' }, 1)).toEqual([{ path: '/', message: 'must be string' }]);
    });

    it('refuses names inside a schema that lead in a circle', () => {
      const $defs = {
        a: { $id: 'http://x/r#/$defs/b', type: 'string' },
        b: { $id: 'http://x/r#/$defs/a', type: 'string' },
      };
      expect(() => compiler.check({ $id: 'http://x/r', $defs, $ref: '#/$defs/a' })).toThrow(SchemaUnusable);
    });

    it('does not copy what is referred to often', () => {
      const $defs = { big: { type: 'object', properties: properties(1_000, { type: 'string' }) } };
      const schema = { $defs, properties: properties(100, { $ref: '#/$defs/big' }) };
      expect(compiler.validate(schema, { p0: { p1: 1 } })).toEqual([{ path: '/p0/p1', message: 'must be string' }]);
    });

    it.each([
      ['a pattern that backtracks for ever', { type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(60)}b`],
      ['a pattern on a long text', { type: 'string', pattern: 'a*b' }, 'a'.repeat(2_000_000)],
      [
        'a hidden comparison of everything',
        { not: { uniqueItems: true } },
        Array.from({ length: 50_000 }, (_, i) => [i]),
      ],
      ['millions of faults', { items: { type: 'string' } }, Array.from({ length: 2_000_000 }, () => 1)],
    ])('gives up on %s', (_what, schema, value) => {
      let found: unknown;
      expect(tookMs(() => (found = compiler.validate(schema, value)))).toBeLessThan(10_000);
      expect(found).toEqual([{ path: '/', message: 'takes too long to be checked against the schema' }]);
    });

    it('says of a schema without an end that it has none', () => {
      expect(compiler.validate({ allOf: [{ $ref: '#' }] }, 1)).toEqual([
        { path: '/', message: 'cannot be checked: the schema has no end' },
      ]);
    });

    it('keeps no more validators than fit into the memory meant for them, and makes them again', () => {
      const large = (n: number): JsonObject => ({ enum: [n, 'x'.repeat(250_000)] });
      for (let n = 0; n < 30; n += 1) expect(compiler.validate(large(n), n)).toEqual([]);
      expect(compiler.held.validators).toBeLessThan(20);
      expect(compiler.held.bytes).toBeLessThanOrEqual(128 * 1024 * 1024);
      expect(compiler.validate(large(0), 1)).toHaveLength(1);
    });

    it('goes on after it gave up', () => {
      const schema = { type: 'string', pattern: '^(a+)+$' };
      compiler.validate(schema, `${'a'.repeat(60)}b`);
      expect(compiler.validate(schema, 'aaa')).toEqual([]);
    });
  });
});
