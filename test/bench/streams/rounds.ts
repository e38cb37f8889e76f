import type { Contestant } from './contestants/contestant.js';

/** Results of one contestant, one of each round. */
export interface Rounds<T> {
  readonly contestant: Contestant;
  readonly results: readonly T[];
}

/** Every contestant in every round, beginning with another one each time, so that a change of the machine meets all. */
export const takeTurns = async <T>(
  contestants: readonly Contestant[],
  rounds: number,
  measure: (contestant: Contestant) => Promise<T>,
): Promise<Rounds<T>[]> => {
  const all = contestants.map((contestant) => ({ contestant, results: [] as T[] }));
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < all.length; turn += 1) {
      const one = all[(round + turn) % all.length];
      one?.results.push(await measure(one.contestant));
    }
  return all;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};
