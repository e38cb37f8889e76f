import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoFromMs } from './iso-time.js';

it('writes every instant as the platform does', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (ms) => {
      expect(isoFromMs(ms)).toBe(new Date(ms).toISOString());
    }),
    { numRuns: 2000 },
  );
});

it.each([
  '1970-01-01T00:00:00.000Z',
  '2000-02-29T23:59:59.999Z',
  '2024-12-31T00:00:00.000Z',
  '2100-03-01T00:00:00.000Z',
])('knows %s', (iso) => expect(isoFromMs(Date.parse(iso))).toBe(iso));
