import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutItems, stampOffset } from './json-items.js';
import { firstItems, stampPieces } from './json-pieces.js';

const name = fc.oneof(
  fc.constantFrom('headers', 'operation', 'control', 'offset', 'operations', 'header', 'a', '"', '\\', '"headers"', ''),
  fc.string({ unit: 'binary', maxLength: 15 }),
);
const value = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(name, fc.integer(), fc.constantFrom(true, null)),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));
const event = fc
  .tuple(value.object, fc.dictionary(name, fc.oneof(name, value.value), { maxKeys: 4 }), value.object)
  .map(([before, headers, after]) => ({ ...before, headers, ...after }));
const items = fc.array(fc.oneof(event, value.value), { minLength: 1, maxLength: 5 });

const textOf = (values: readonly unknown[]): Buffer => Buffer.from(JSON.stringify(values).slice(1, -1));

const cutInto = (text: Buffer, sizes: readonly number[]): AsyncIterable<Uint8Array> => {
  let at = 0;
  const pieces = sizes.map((size) => text.subarray(at, (at += size)));
  return Readable.from([...pieces, text.subarray(at)]) as AsyncIterable<Uint8Array>;
};

const join = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts).toString();
};

const OFFSET = '0000000000000007_0000000000000000';

describe('JSON items that come in pieces', () => {
  it('are stamped as they are in one', () =>
    fc.assert(
      fc.asyncProperty(items, fc.array(fc.nat(20)), async (values, sizes) => {
        const text = textOf(values);
        const whole = Buffer.from(stampOffset(text, OFFSET)).toString();
        expect(await join(stampPieces(cutInto(text, sizes), OFFSET))).toBe(whole);
      }),
      { numRuns: 150 },
    ));

  it('are stamped in the place of an offset of their own, wherever the cut is', async () => {
    const text = Buffer.from(
      '{"headers":{"\\u006fffset":{"offset":[1]},"operation":"insert","offset":2}},{"offset":3}',
    );
    const expected = `{"headers":{"operation":"insert","offset":"${OFFSET}"}},{"offset":3}`;
    expect(Buffer.from(stampOffset(text, OFFSET)).toString()).toBe(expected);
    for (let at = 0; at <= text.length; at += 1)
      expect(await join(stampPieces(cutInto(text, [at, 1, 2]), OFFSET))).toBe(expected);
  });

  it('keep an offset of their own beside so much that nobody holds it, and have ours behind it', async () => {
    const item = { headers: { offset: 'own', note: 'x'.repeat(2 * 1024 * 1024), operation: 'insert' } };
    const stamped = await join(stampPieces(cutInto(textOf([item]), [1024 * 1024, 1024 * 1024]), OFFSET));
    expect(JSON.parse(stamped)).toEqual({ headers: { ...item.headers, offset: OFFSET } });
  });

  it('are counted as they are in one', () =>
    fc.assert(
      fc.asyncProperty(items, fc.array(fc.nat(20)), fc.nat(), async (values, sizes, n) => {
        const text = textOf(values);
        const count = 1 + (n % values.length);
        const [first] = cutItems(text, [count, values.length - count]);
        expect(await join(firstItems(cutInto(text, sizes), count))).toBe(Buffer.from(first ?? []).toString());
      }),
      { numRuns: 150 },
    ));

  it('are stamped once, wherever the cut is', async () => {
    const text = Buffer.from('{"type":"a","headers":{"operation":"insert"}},{"headers":{"control":"x"}},{"headers":1}');
    const whole = Buffer.from(stampOffset(text, OFFSET)).toString();
    expect(whole.split(OFFSET)).toHaveLength(3);
    for (let at = 0; at <= text.length; at += 1)
      expect(await join(stampPieces(cutInto(text, [at]), OFFSET))).toBe(whole);
  });
});
