import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidJson, splitJsonItems } from './json-items.js';
import { JsonTooDeep, scanJsonItems, type ScannedItems } from './json-scan.js';

const pause = (): Promise<void> => Promise.resolve();
const scan = (text: string | Uint8Array, maxDepth = 128): Promise<ScannedItems> =>
  scanJsonItems(Buffer.from(text), maxDepth, pause);

const outcome = async (text: string): Promise<unknown> => {
  try {
    const { body, count, types } = await scan(text);
    return { text: Buffer.from(body).toString(), count, types };
  } catch (error) {
    if (error instanceof InvalidJson) return 'invalid';
    throw error;
  }
};

const typesOf = (values: readonly unknown[]): string[] => [
  ...new Set(
    values.flatMap((value) => {
      const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
      return typeof type === 'string' ? [type] : [];
    }),
  ),
];

/** As the parser of the language sees it. */
const expected = (text: string): unknown => {
  try {
    const { body, count, values } = splitJsonItems(Buffer.from(text));
    return { text: Buffer.from(body).toString(), count, types: typesOf(values) };
  } catch {
    return 'invalid';
  }
};

const key = fc.oneof(fc.constantFrom('type', '', 'a', '"'), fc.string({ unit: 'binary', maxLength: 4 }));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(key, fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(true, false, null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}));
const text = fc
  .tuple(value, fc.constantFrom(undefined, 1, '\t'))
  .map(([json, space]) => JSON.stringify(json, null, space));

/** One byte of valid text made another, removed or doubled. */
const broken = fc
  .tuple(
    text,
    fc.nat(),
    fc.constantFrom('', '"', '\\', ',', ':', '{', '}', '[', ']', '0', '-', '.', 'e', '\\u00', '\u0001', ' '),
  )
  .map(([valid, at, other]) => {
    const place = at % (valid.length + 1);
    return valid.slice(0, place) + other + valid.slice(place + (at % 2));
  });

describe('a scan of JSON items', () => {
  it('gives what parsing gives', () =>
    fc.assert(
      fc.asyncProperty(text, async (json) => {
        expect(await outcome(json)).toEqual(expected(json));
      }),
    ));

  it('refuses what parsing refuses', () =>
    fc.assert(
      fc.asyncProperty(broken, async (json) => {
        expect(await outcome(json)).toEqual(expected(json));
      }),
      { numRuns: 1_000 },
    ));

  it.each([
    '',
    ' ',
    '[',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{"a" 1}',
    '{1:1}',
    '01',
    '-',
    '1.',
    '.5',
    '1e',
    '+1',
    'tru',
    'nulll',
    '"',
    '"\\x"',
    '"\\u12g4"',
    '1 2',
    '[1}',
    '{]',
    '\uFEFF1',
    "'a'",
    'NaN',
    '[1]]',
    '"\u0000"',
  ])('refuses %j', async (json) => {
    expect(await outcome(json)).toBe('invalid');
  });

  it('knows the types of items that are objects, by their last member of that name', async () => {
    const { types } = await scan(
      '[{"type":"a"},{"x":{"type":"no"},"\\u0074ype":"b","type":"c"},{"type":1},"type",["type"]]',
    );
    expect(types).toEqual(['a', 'c']);
    expect((await scan('{"type":"single"}')).types).toEqual(['single']);
  });

  it('refuses bytes that are no UTF-8, and what is nested too deep, before its end is seen', async () => {
    await expect(scan(Buffer.from([0x22, 0xff, 0x22]))).rejects.toThrow(InvalidJson);
    await expect(scan('['.repeat(1_000_000))).rejects.toThrow(JsonTooDeep);
    expect(await outcome('['.repeat(128) + ']'.repeat(128))).toMatchObject({ count: 1 });
  });

  it('pauses as it goes along', async () => {
    let pauses = 0;
    const items = Array.from({ length: 100_000 }, (_, n) => ({ n }));
    const { count } = await scanJsonItems(Buffer.from(JSON.stringify(items)), 9, () => Promise.resolve((pauses += 1)));
    expect(count).toBe(100_000);
    expect(pauses).toBeGreaterThan(2);
  });
});
