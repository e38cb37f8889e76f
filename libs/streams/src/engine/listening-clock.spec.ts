import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ListeningClock } from './listening-clock.js';

let clock: ListeningClock;

beforeEach(() => {
  clock = new ListeningClock();
});
afterEach(() => {
  clock.stop();
});

/** Keeps the event loop from turning. */
const block = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end;);
};

const late = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

it('goes like any other clock while the process listens', async () => {
  const [began, from] = [performance.now(), clock.now];
  await late(300);
  const listened = clock.now - from;
  expect(listened).toBeGreaterThan(295);
  expect(listened).toBeLessThanOrEqual(performance.now() - began);
});

it('counts a turn of the event loop as a quarter of a second at the most', async () => {
  const from = clock.now;
  let ended = false;
  const wait = late(800).then(() => (ended = true));
  block(1_000);
  expect(clock.now - from).toBeLessThanOrEqual(250);
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(ended).toBe(false);
  await wait;
  expect(clock.now - from).toBeGreaterThan(795);
});

it('ends a wait however busy the process is', async () => {
  let ended = false;
  void late(500).then(() => (ended = true));
  let turns = 0;
  for (; !ended; turns += 1) {
    block(300);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(turns).toBeLessThanOrEqual(4);
});

it('does not end what was called off, and leaves nobody waiting when it stops', async () => {
  let ended = false;
  clock.after(50, () => (ended = true))();
  const wait = late(100);
  clock.stop();
  await wait;
  expect(ended).toBe(false);
});
