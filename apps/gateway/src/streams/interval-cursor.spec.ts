import { describe, expect, it } from '@jest/globals';
import { chanceByCursor, intervalCursor } from './interval-cursor.js';

const now = Date.UTC(2024, 9, 9) + 100 * 20_000 + 5;
const always = (chance: number) => (): number => chance;

describe('intervalCursor', () => {
  it('is the current interval for a client without a usable cursor', () => {
    for (const cursor of [undefined, '', 'abc', '-1', '1.5'])
      expect(intervalCursor(cursor, now, always(0))).toBe('100');
    expect(intervalCursor('99', now, always(0))).toBe('100');
  });

  it('is later than the cursor of a client that is there already', () => {
    expect(intervalCursor('100', now, always(0))).toBe('101');
    expect(Number(intervalCursor('5000', now, always(0.999)))).toBe(5180);
  });
});

describe('chanceByCursor', () => {
  it('is the same for all who have the same cursor, and spread over the others', () => {
    const [one, again, other] = [chanceByCursor(0.25), chanceByCursor(0.25), chanceByCursor(0.75)];
    const cursors = Array.from({ length: 1_000 }, (_, n) => 3_344_000 + n);
    const chances = cursors.map(one);
    expect(cursors.map(again)).toEqual(chances);
    expect(cursors.map(other)).not.toEqual(chances);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const here = chances.filter((chance) => Math.floor(chance * 10) === tenth).length;
      expect([tenth, here > 50 && here < 150]).toEqual([tenth, true]);
    }
  });
});
