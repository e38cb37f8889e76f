import { expect, it } from '@jest/globals';
import { laneOf } from './lane-hash.js';

it('never changes: stored positions depend on it', () => {
  expect(['chat/1/main', 'chat/42/main', '_cron/x', 'späß/✓'].map((path) => laneOf('acme', path, 8))).toEqual([
    2, 3, 0, 6,
  ]);
});

it('spreads paths evenly', () => {
  const counts = Array.from({ length: 8 }, () => 0);
  for (let i = 0; i < 8_000; i += 1) {
    const lane = laneOf('default', `chat/${String(i)}/main`, 8);
    counts[lane] = (counts[lane] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
