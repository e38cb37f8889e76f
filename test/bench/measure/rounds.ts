/** Results of one of those that take turns, one of each round. */
export interface Rounds<Who, Result> {
  readonly who: Who;
  readonly results: readonly Result[];
}

/** Everybody in every round, beginning with another one each time, so that a change of the machine meets all. */
export const takeTurns = async <Who, Result>(
  everybody: readonly Who[],
  rounds: number,
  measure: (who: Who) => Promise<Result>,
): Promise<Rounds<Who, Result>[]> => {
  const all = everybody.map((who) => ({ who, results: [] as Result[] }));
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < all.length; turn += 1) {
      const one = all[(round + turn) % all.length];
      one?.results.push(await measure(one.who));
    }
  return all;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

/** Of the single rounds, which are neighbours in time; without those in which the other did nothing. */
export const quotients = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.flatMap((value, round) => {
    const divisor = theirs[round];
    return divisor === undefined || divisor === 0 ? [] : [value / divisor];
  });

/** Of one to another: the median of the quotients. */
export const medianRatio = (ours: readonly number[], theirs: readonly number[]): number | undefined => {
  const found = quotients(ours, theirs);
  return found.length > 0 ? median(found) : undefined;
};

/** Between which the middle half lies. */
export const quartiles = (values: readonly number[]): readonly [number, number] => {
  const sorted = [...values].sort((a, b) => a - b);
  const last = sorted.length - 1;
  return [sorted[Math.round(last / 4)] ?? 0, sorted[Math.round((last * 3) / 4)] ?? 0];
};
