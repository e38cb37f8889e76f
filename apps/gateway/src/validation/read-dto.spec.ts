import { describe, expect, it } from '@jest/globals';
import { AmendSchemasDto, ClaimDto, RegisterEntityTypeDto, RegisterWakeDto, SignalDto } from '@app/contracts';
import { toDto, type DtoClass } from './read-dto.js';

const details = <T extends object>(type: DtoClass<T>, value: unknown): unknown => {
  try {
    toDto(type, value);
    return undefined;
  } catch (error) {
    return (error as { details?: unknown }).details;
  }
};

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

  it('do not take null for absent', () => {
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
      { path: '/condition', message: 'must match a schema in anyOf' },
    ]);
  });
});
