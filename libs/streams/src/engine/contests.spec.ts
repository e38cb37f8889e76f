import { describe, expect, it } from '@jest/globals';
import { Contests } from './contests.js';

const lose = (contests: Contests, times: number): void => {
  for (let n = 0; n < times; n += 1) contests.lost('a');
};

describe('a stream', () => {
  it('is contested after eight races lost in a row, and no other is', () => {
    const contests = new Contests();
    lose(contests, 7);
    expect(contests.on('a')).toBe(false);
    lose(contests, 1);
    expect([contests.on('a'), contests.on('b')]).toEqual([true, false]);
  });

  it('is not for races lost now and then', () => {
    const contests = new Contests();
    for (let n = 0; n < 10; n += 1) {
      lose(contests, 7);
      contests.won('a');
    }
    expect(contests.on('a')).toBe(false);
  });

  it('stays contested for a while, whoever wins by then', () => {
    const contests = new Contests();
    lose(contests, 8);
    contests.won('a');
    expect(contests.on('a')).toBe(true);
  });
});
