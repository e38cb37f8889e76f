import { describe, expect, it } from '@jest/globals';
import { Members } from './members.js';
import { Patience } from './patience.js';
import { Pulse } from './pulse.js';

const sign = (id: string, at = 0, owns = true) => ({ id, at, owns });

describe('the members', () => {
  it('share the streams as long as they give signs of life', () => {
    const gone: string[] = [];
    const members = new Members('me', (id) => gone.push(id));
    expect(members.alone).toBe(true);
    members.heard(sign('other'), 0);
    members.heard(sign('third'), 0);
    expect(members.alone).toBe(false);
    expect(new Set(Array.from({ length: 50 }, (_, n) => members.ownerOf(String(n))))).toEqual(
      new Set(['me', 'other', 'third']),
    );
    members.heard(sign('third'), 900);
    members.expire(500);
    expect(gone).toEqual(['other']);
    expect(members.has('third')).toBe(true);
    members.remove('third');
    members.remove('third');
    expect(gone).toEqual(['other', 'third']);
    expect(members.alone).toBe(true);
    expect(members.ownerOf('x')).toBe('me');
  });

  it('own nothing when they only give commands away', () => {
    const members = new Members(undefined, () => undefined);
    members.heard(sign('saga', 0, false), 0);
    expect(members.alone).toBe(true);
    expect(members.ownerOf('x')).toBeUndefined();
    members.heard(sign('gateway'), 0);
    expect(members.ownerOf('x')).toBe('gateway');
  });

  it('are known to be late without comparing clocks', () => {
    const members = new Members('me', () => undefined);
    members.heard(sign('other', 1_000_000), 10);
    members.heard(sign('other', 1_000_250), 267);
    expect(members.delayOf('other', 1_000_500, 510)).toBe(0);
    expect(members.delayOf('other', 1_000_500, 590)).toBe(80);
    // Of whom nothing was heard yet, anything may be late.
    expect(members.delayOf('nobody', 5, 1_000)).toBe(Infinity);
    // Clocks drift: in the end what was quick long ago no longer counts.
    for (let n = 0; n < 8; n += 1) members.heard(sign('other', 1_100_000 + n * 60_000), 100_050 + n * 60_001);
    expect(members.delayOf('other', 1_600_000, 600_055)).toBeLessThan(10);
  });
});

describe('a process that stood still', () => {
  it('does not hold what it took before, and holds what it takes afterwards', () => {
    let now = 0;
    const pulse = new Pulse(700, now);
    const early = pulse.since(() => now);
    for (now = 250; now <= 1_000; now += 250) pulse.beat(now);
    expect(early()).toBe(true);
    now = 2_000;
    expect(early()).toBe(false);
    pulse.beat(now);
    expect(early()).toBe(false);
    expect(pulse.since(() => now)()).toBe(true);
  });
});

describe('patience', () => {
  it('is short with a peer that says nothing, and longer with one that is slow', () => {
    const patience = new Patience();
    expect(patience.ms).toBe(50);
    for (let n = 0; n < 20; n += 1) patience.add(5);
    expect(patience.ms).toBe(50);
    for (let n = 0; n < 20; n += 1) patience.add(100);
    expect(patience.ms).toBeGreaterThan(150);
    for (let n = 0; n < 50; n += 1) patience.add(10_000);
    expect(patience.ms).toBe(500);
  });
});
