import { describe, expect, it } from '@jest/globals';
import { AmendSchemasDto, ClaimDto, RegisterEntityTypeDto, RegisterWakeDto, SignalDto, TagDto } from '@app/contracts';
import { readSpawn } from './compiled-body.js';
import { toDto, type DtoClass } from './read-dto.js';

const details = <T extends object>(type: DtoClass<T>, value: unknown): unknown => {
  try {
    toDto(type, value);
    return undefined;
  } catch (error) {
    return (error as { details?: unknown }).details;
  }
};

/** What Ajv itself says. */
const spawnDetails = (body: object): readonly { readonly path: string; readonly message: string }[] => {
  try {
    readSpawn(Buffer.from(JSON.stringify(body)));
    return [];
  } catch (error) {
    return (error as { details: ReturnType<typeof spawnDetails> }).details;
  }
};

const ADDITIONAL = 'must NOT have additional properties';
const ALLOWED = 'must be equal to one of the allowed values';

describe('bodies of the control plane', () => {
  it('say what is missing in the words of Ajv', () => {
    expect(details(SignalDto, {})).toEqual([{ path: '/', message: "must have required property 'signal'" }]);
    expect(details(ClaimDto, { runner: 'r', leaseMs: 1 })).toEqual([{ path: '/leaseMs', message: 'must be >= 1000' }]);
    expect(details(ClaimDto, null)).toEqual([{ path: '/', message: 'must be object' }]);
  });

  it('point into maps and lists', () => {
    expect(details(RegisterEntityTypeDto, { inbox_schemas: { 'a/b': 1 } })).toEqual([
      { path: '/inbox_schemas/a~1b', message: 'must be object' },
    ]);
    expect(details(RegisterEntityTypeDto, { slash_commands: [{ name: 'a', x: 1 }] })).toEqual([
      { path: '/slash_commands/0', message: 'must NOT have additional properties' },
    ]);
  });

  it('tell every fault of maps, lists and what is in them', () => {
    const body = {
      name: 1,
      inbox_schemas: { 'a b/c': 1, $value: '"', $property: [] },
      slash_commands: [{}, { name: 'a', x: 1, arguments: [{ name: 2, type: 'date' }] }],
      permission_grants: [{ subject_kind: 'group', subject_value: 'x' }],
      externally_writable_collections: { c: { operations: ['upsert', 'replace'] } },
    };
    const told = details(RegisterEntityTypeDto, body);
    const expected = [
      { path: '/name', message: 'must be string' },
      { path: '/inbox_schemas/a b~1c', message: 'must be object' },
      { path: '/inbox_schemas/$value', message: 'must be object' },
      { path: '/inbox_schemas/$property', message: 'must be object' },
      { path: '/slash_commands/0', message: "must have required property 'name'" },
      { path: '/slash_commands/1', message: ADDITIONAL },
      { path: '/slash_commands/1/arguments/0/name', message: 'must be string' },
      { path: '/slash_commands/1/arguments/0/type', message: ALLOWED },
      { path: '/permission_grants/0', message: "must have required property 'permission'" },
      { path: '/permission_grants/0/subject_kind', message: ALLOWED },
      { path: '/externally_writable_collections/c', message: "must have required property 'type'" },
      { path: '/externally_writable_collections/c/operations/0', message: ALLOWED },
      { path: '/externally_writable_collections/c/operations/1', message: ALLOWED },
    ];
    expect(told).toHaveLength(expected.length);
    expect(told).toEqual(expect.arrayContaining(expected));
  });

  it('tell of a choice that nothing fits why each of it does not, as of the same choice at a spawn', () => {
    for (const targets of [[{ type: 'webhook', url: '' }], [{ type: 'x' }, 1], [], 'none']) {
      const told = details(RegisterEntityTypeDto, { default_dispatch_policy: { targets } });
      const atSpawn = spawnDetails({ dispatch_policy: { targets } });
      expect(told).toEqual(atSpawn.map(({ path, message }) => ({ path: path.replace('/', '/default_'), message })));
      expect(atSpawn.length).toBeGreaterThan(0);
    }
  });

  it('with very many faults tell no more than anybody reads', () => {
    const many = Array.from({ length: 50_000 }, () => 1);
    for (const body of [{ inbox_schemas: { ...many } }, { slash_commands: many }])
      expect(details(RegisterEntityTypeDto, body)).toHaveLength(1_000);
  });

  it('refuse unknown fields only where the contract is strict', () => {
    expect(details(AmendSchemasDto, { metadata_schema: {} })).toEqual([
      { path: '/', message: 'must NOT have additional properties' },
    ]);
    expect(details(SignalDto, { signal: 'SIGTERM', x: 1 })).toBeUndefined();
  });

  it.each([1, 'x', null, {}, []])('keep their rules when a member is called constructor, such as %j', (hiding) => {
    const claim = JSON.parse(`{"runner":"r","leaseMs":60000,"constructor":${JSON.stringify(hiding)}}`) as object;
    expect(details(ClaimDto, claim)).toBeUndefined();
    expect(details(ClaimDto, { ...claim, leaseMs: 1 })).toEqual([{ path: '/leaseMs', message: 'must be >= 1000' }]);
    expect(details(AmendSchemasDto, { constructor: hiding })).toEqual([
      { path: '/', message: 'must NOT have additional properties' },
    ]);
  });

  it('do not take null for absent, nor text for a number', () => {
    expect(details(TagDto, { value: null })).toEqual([{ path: '/value', message: 'must be string' }]);
    expect(details(ClaimDto, { runner: null })).toEqual([{ path: '/runner', message: 'must be string' }]);
    for (const leaseMs of ['5000', 5000.5, null])
      expect(details(ClaimDto, { runner: 'r', leaseMs })).toEqual([{ path: '/leaseMs', message: 'must be integer' }]);
    expect(details(RegisterEntityTypeDto, { creation_schema: null })).toEqual([
      { path: '/creation_schema', message: 'must be object' },
    ]);
  });

  it('keep schemas exactly as they were sent', () => {
    const creation_schema = { properties: { constructor: { type: 'string' }, then: {} } };
    expect(toDto(RegisterEntityTypeDto, { creation_schema }).creation_schema).toEqual(creation_schema);
  });

  it('know both forms of a wake condition', () => {
    const wake = { subscriberUrl: '/a/b', sourceUrl: '/c/d' };
    expect(details(RegisterWakeDto, { ...wake, condition: 'runFinished' })).toBeUndefined();
    expect(details(RegisterWakeDto, { ...wake, condition: { on: 'change', ops: ['insert'] } })).toBeUndefined();
    expect(details(RegisterWakeDto, { ...wake, condition: 'never' })).toEqual([
      { path: '/condition', message: ALLOWED },
      { path: '/condition', message: 'must be object' },
      { path: '/condition', message: 'must match a schema in anyOf' },
    ]);
  });
});
