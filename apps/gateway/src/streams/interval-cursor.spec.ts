import { describe, expect, it } from '@jest/globals';
import { intervalCursor } from './interval-cursor.js';

const now = Date.UTC(2024, 9, 9) + 100 * 20_000 + 5;

describe('intervalCursor', () => {
  it('is the current interval for a client without a usable cursor', () => {
    for (const cursor of [undefined, '', 'abc', '-1', '1.5']) expect(intervalCursor(cursor, now, 0)).toBe('100');
    expect(intervalCursor('99', now, 0)).toBe('100');
  });

  it('is later than the cursor of a client that is there already', () => {
    expect(intervalCursor('100', now, 0)).toBe('101');
    expect(Number(intervalCursor('5000', now, 0.999))).toBeGreaterThan(5000);
  });
});
