import { describe, expect, it } from '@jest/globals';
import { intervalCursor } from './interval-cursor.js';

const now = Date.UTC(2024, 9, 9) + 100 * 20_000 + 5;

describe('intervalCursor', () => {
  it('is the current interval for a client without a usable cursor', () => {
    for (const cursor of [undefined, '', 'abc', '-1', '1.5']) expect(intervalCursor(cursor, now)).toBe('100');
    expect(intervalCursor('99', now)).toBe('100');
  });

  it('is later than the cursor of a client that is there already, by an hour at most', () => {
    const cursors = Array.from({ length: 5_000 }, (_, n) => (n < 2_500 ? 100 + n : 999_999_999_990_000 + n));
    const steps = cursors.map((cursor) => Number(intervalCursor(String(cursor), now)) - cursor);
    expect([Math.min(...steps), Math.max(...steps), new Set(steps).size]).toEqual([1, 180, 180]);
  });

  it('is the same for all who are there with the same cursor', () => {
    expect(intervalCursor('5000', now)).toBe(intervalCursor('5000', now + 15_000));
  });
});
