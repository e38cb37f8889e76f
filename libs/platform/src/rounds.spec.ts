import { expect, it } from '@jest/globals';
import { Rounds } from './rounds.js';

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

it('goes on after a round that failed, and says why it did', async () => {
  const troubles: unknown[] = [];
  let count = 0;
  const done = new Promise<void>((resolve) => {
    const work = (): Promise<void> => {
      count += 1;
      if (count === 3) resolve();
      return count === 1 ? Promise.reject(new Error('the first')) : Promise.resolve();
    };
    const rounds = new Rounds(1, work, (error) => troubles.push(error));
    rounds.start();
    void turn().then(async () => {
      await done;
      await rounds.stop();
    });
  });
  await done;
  expect(troubles).toEqual([new Error('the first')]);
});

it('stops when the round under way has come to its end, and begins no other', async () => {
  let begun = 0;
  let ended = 0;
  let entered = (): void => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const rounds = new Rounds(
    0,
    async (signal) => {
      begun += 1;
      entered();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      ended += 1;
    },
    () => undefined,
  );
  rounds.start();
  await inside;
  await rounds.stop();
  await turn();
  expect([begun, ended]).toEqual([1, 1]);
  rounds.start();
  await turn();
  expect(begun).toBe(1);
});
