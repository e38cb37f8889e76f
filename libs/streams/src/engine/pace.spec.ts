import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

const settles = <T>(promise: Promise<T>): { done: boolean } => {
  const state = { done: false };
  void promise.then(() => {
    state.done = true;
  });
  return state;
};

/** A message under way until `acknowledge` is called. */
const sent = (pace: Pace): { acknowledge: () => Promise<void> } => {
  let settle = (): void => undefined;
  const sending = pace.send(
    () =>
      new Promise<void>((resolve) => {
        settle = resolve;
      }),
  );
  return {
    acknowledge: () => {
      settle();
      return sending;
    },
  };
};

describe('Pace', () => {
  it('lets all who came in one turn go at its end', async () => {
    const pace = new Pace();
    const turns = [pace.turn(), pace.turn()].map(settles);
    await Promise.resolve();
    expect(turns).toEqual([{ done: false }, { done: false }]);
    await setImmediate();
    expect(turns).toEqual([{ done: true }, { done: true }]);
    expect(pace.busy).toBe(false);
  });

  it('holds few back until what is under way is acknowledged', async () => {
    const pace = new Pace();
    const message = sent(pace);
    const turn = settles(pace.turn());
    await setImmediate();
    expect(pace.busy).toBe(true);
    expect(turn.done).toBe(false);
    await message.acknowledge();
    await setImmediate();
    expect(turn.done).toBe(true);
  });

  it('lets many go although something is under way', async () => {
    const pace = new Pace();
    const message = sent(pace);
    const turns = [pace.turn(), pace.turn(), pace.turn()].map(settles);
    await setImmediate();
    expect(turns.every(({ done }) => done)).toBe(true);
    await message.acknowledge();
  });

  it('does not wait for ever for an acknowledgement', async () => {
    const pace = new Pace();
    const message = sent(pace);
    await pace.turn();
    expect(pace.busy).toBe(true);
    await message.acknowledge();
  });

  it('counts what failed as no longer under way', async () => {
    const pace = new Pace();
    await expect(pace.send(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(pace.busy).toBe(false);
  });
});
