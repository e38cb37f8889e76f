import { expect, it } from '@jest/globals';
import { NO_TEXTS, textSize, withItems, type RunTexts } from './run-texts.js';

const delta = (run: string) => ({ type: 'text_delta', key: `${run}:0`, value: { run_id: run, delta: 'hello' } });

const afterManyRuns: RunTexts = {
  open: new Map(),
  told: new Set(Array.from({ length: 50_000 }, (_, run) => `run-${String(run)}`)),
};

it('costs the same after fifty thousand runs', () => {
  const started = performance.now();
  for (let at = 0; at < 5_000; at += 1) withItems(afterManyRuns, [delta('run-x')]);
  expect(performance.now() - started).toBeLessThan(2_000);
});

it('forgets what a run says after it was told', () => {
  const { open } = withItems(afterManyRuns, [delta('run-7'), delta('run-x')]);
  expect([...open.keys()]).toEqual(['run-x']);
});

it('counts runs that were told as memory, too', () => {
  expect(textSize(NO_TEXTS)).toBe(0);
  expect(textSize(afterManyRuns)).toBeGreaterThan(1_000_000);
});
