import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { TurnEnd } from './turn-end.js';

const settles = (promise: Promise<void>): { done: boolean } => {
  const state = { done: false };
  void promise.then(() => {
    state.done = true;
  });
  return state;
};

describe('TurnEnd', () => {
  it('lets all who came in one turn go at its end', async () => {
    const end = new TurnEnd();
    const turns = [end.come(), end.come()].map(settles);
    await Promise.resolve();
    expect(turns).toEqual([{ done: false }, { done: false }]);
    await setImmediate();
    expect(turns).toEqual([{ done: true }, { done: true }]);
  });

  it('comes again for those who came later', async () => {
    const end = new TurnEnd();
    await end.come();
    const later = settles(end.come());
    await Promise.resolve();
    expect(later.done).toBe(false);
    await setImmediate();
    expect(later.done).toBe(true);
  });
});
