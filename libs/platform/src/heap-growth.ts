import { setFlagsFromString } from 'node:v8';

/**
 * By how many percent the heap may grow over what was alive after the last full garbage collection before the next one.
 * Left to itself V8 waits until it is four times as large, and a process full of streams is mostly garbage that nobody is in
 * a hurry to collect. The price is collecting more often, see docs/reference/benchmarks.md. 0: as V8 likes.
 */
export const limitHeapGrowth = (percent: number): void => {
  if (percent > 0) setFlagsFromString(`--heap-growing-percent=${String(percent)}`);
};
