import { describe, expect, it } from '@jest/globals';
import { Rendezvous } from './rendezvous.js';

const keys = Array.from({ length: 3_000 }, (_, n) => `log.default.s.chat.${String(n)}.main.d`);
const shares = (choice: Rendezvous): ReadonlyMap<string | undefined, number> => {
  const counts = new Map<string | undefined, number>();
  for (const key of keys) counts.set(choice.of(key), (counts.get(choice.of(key)) ?? 0) + 1);
  return counts;
};

describe('the choice of an owner', () => {
  it('is the same whoever makes it, in whatever order the members became known', () => {
    const [one, other] = [new Rendezvous(['a', 'b', 'c']), new Rendezvous(['c', 'a', 'b'])];
    expect(keys.map((key) => one.of(key))).toEqual(keys.map((key) => other.of(key)));
  });

  it('gives every member about the same share', () => {
    for (const members of [
      ['a', 'b'],
      ['Zk3', 'x_-9', 'Zk4', 'Zk5', 'q'],
    ])
      for (const [, count] of shares(new Rendezvous(members))) {
        expect(count).toBeGreaterThan((keys.length / members.length) * 0.85);
        expect(count).toBeLessThan((keys.length / members.length) * 1.15);
      }
  });

  it('changes only for what a member had that is gone', () => {
    const [before, after] = [new Rendezvous(['a', 'b', 'c']), new Rendezvous(['a', 'c'])];
    const moved = keys.filter((key) => before.of(key) !== after.of(key));
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every((key) => before.of(key) === 'b')).toBe(true);
  });

  it('is what every version makes: processes of two versions must agree', () => {
    const choice = new Rendezvous(['alpha', 'beta', 'gamma']);
    expect(
      keys
        .slice(0, 8)
        .map((key) => choice.of(key))
        .join(' '),
    ).toBe('alpha gamma beta gamma beta alpha alpha gamma');
    expect(new Rendezvous([]).of('x')).toBeUndefined();
  });
});
