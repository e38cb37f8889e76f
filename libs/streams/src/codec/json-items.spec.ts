import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutItems, InvalidJson, splitJsonItems, stampOffset } from './json-items.js';

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (buffer: Uint8Array): string => Buffer.from(buffer).toString();

describe('splitJsonItems', () => {
  it('flattens a top-level array one level and keeps each item as it was written', () => {
    expect(text(splitJsonItems(bytes(' [ 1.10 , [2, 3],\n{"a b": 12345678901234567890} ] ')).body)).toBe(
      '1.10,[2,3],{"a b":12345678901234567890}',
    );
    expect(splitJsonItems(bytes('[[1,2],[3]]')).count).toBe(2);
    expect(splitJsonItems(bytes('null'))).toMatchObject({ count: 1, values: [null] });
    expect(splitJsonItems(bytes('[]'))).toMatchObject({ count: 0 });
  });

  it('refuses what is not JSON or not UTF-8', () => {
    for (const bad of [bytes('{'), bytes(''), bytes('[1,]'), Buffer.from([0x22, 0xff, 0x22])])
      expect(() => splitJsonItems(bad)).toThrow(InvalidJson);
  });

  it('means the same as the JSON it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 0, max: 3 }), (items, indent) => {
        const split = splitJsonItems(bytes(JSON.stringify(items, null, indent)));
        expect(text(split.body)).toBe(JSON.stringify(items).slice(1, -1));
      }),
    );
  });
});

describe('cutItems', () => {
  it('gives every unit its own items back', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.jsonValue(), { maxLength: 4 }), { maxLength: 6 }), (units) => {
        const joined = JSON.stringify(units.flat()).slice(1, -1);
        const runs = cutItems(
          bytes(joined),
          units.map((unit) => unit.length),
        );
        expect(runs.map(text)).toEqual(units.map((unit) => JSON.stringify(unit).slice(1, -1)));
      }),
    );
  });
});

describe('stampOffset', () => {
  it('adds the offset to items of the state protocol and to nothing else', () => {
    const items = [
      { type: 'run', key: 'a"}', headers: { operation: 'insert' } },
      { headers: { control: 'reset', offset: 'forged' } },
      { headers: { operation: 1 } },
      { value: { headers: { operation: 'insert' } } },
      [{ headers: { operation: 'insert' } }],
      'headers',
    ];
    const written = text(stampOffset(bytes(JSON.stringify(items).slice(1, -1)), 'X'));
    expect(JSON.parse(`[${written}]`)).toEqual([
      { type: 'run', key: 'a"}', headers: { operation: 'insert', offset: 'X' } },
      { headers: { control: 'reset', offset: 'X' } },
      ...items.slice(2),
    ]);
  });

  it.each([
    ['{"headers":{"offset":"forged","operation":"insert"}}', '{"headers":{"operation":"insert","offset":"X"}}'],
    ['{"headers":{"control":"a","offset":{"b":[1,2]}},"c":3}', '{"headers":{"control":"a","offset":"X"},"c":3}'],
    [
      '{"headers":{"offset":1,"offset":2,"to":{"offset":3},"operation":"a","of\\u0066set":4}}',
      '{"headers":{"to":{"offset":3},"operation":"a","offset":"X"}}',
    ],
    ['{"offset":1,"headers":{"offset":2}}', '{"offset":1,"headers":{"offset":2}}'],
    [
      '{"headers":{"operation":"a","headers-with-a-long-name":"offset","\\"offset":1}}',
      '{"headers":{"operation":"a","headers-with-a-long-name":"offset","\\"offset":1,"offset":"X"}}',
    ],
  ])('leaves one offset in %s', (item, stamped) => {
    expect(text(stampOffset(bytes(`1,${item},2`), 'X'))).toBe(`1,${stamped},2`);
  });
});
