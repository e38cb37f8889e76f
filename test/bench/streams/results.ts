import { table } from '../report/table.js';
import { atLeast, type Compared } from '../report/targets.js';
import type { Contestant } from './contestants/contestant.js';
import { median, medianRatio, quartiles, quotients, type Rounds } from '../measure/rounds.js';

/** Names say the unit. */
export type Figures = Readonly<Record<string, number>>;

/** One server in one scenario: medians of the rounds, and what they are medians of. */
export interface Row {
  readonly scenario: string;
  readonly server: string;
  readonly durability: string;
  readonly figures: Figures;
  readonly rounds: readonly Figures[];
}

export interface Result {
  readonly rows: readonly Row[];
  readonly aims: readonly Compared[];
}

/** Values of one figure of one server, one of each round; empty when it took no part. */
export const valuesOf = (rows: readonly Row[], server: string, figure: string): number[] =>
  rows.filter((row) => row.server === server).flatMap(({ rounds }) => rounds.flatMap((one) => one[figure] ?? []));

/** Of ours to theirs. */
export const ratio = (rows: readonly Row[], figure: string, ours: string, theirs: string): number | undefined =>
  medianRatio(valuesOf(rows, ours, figure), valuesOf(rows, theirs, figure));

/** Ours has to have so many times the throughput of theirs; nothing when one of them took no part. */
export const timesTheirs = (
  what: string,
  wanted: number,
  rows: readonly Row[],
  ours: string,
  theirs: string,
): Compared[] => {
  const all = quotients(valuesOf(rows, ours, 'per s'), valuesOf(rows, theirs, 'per s'));
  return all.length === 0 ? [] : [{ ...atLeast(what, wanted, median(all)), middle: quartiles(all) }];
};

export const rowOf = (scenario: string, { who, results }: Rounds<Contestant, Figures>): Row => {
  const { name, durability } = who;
  const names = [...new Set(results.flatMap((one) => Object.keys(one)))];
  const figures = Object.fromEntries(
    names.map((figure) => [figure, median(results.flatMap((one) => one[figure] ?? []))]),
  );
  return { scenario, server: name, durability, figures, rounds: results };
};

const shown = (value: number | undefined): string => {
  if (value === undefined) return '';
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(2);
};

/** Rows of one scenario. */
export const rowsTable = (rows: readonly Row[]): string => {
  const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  return table(
    [
      ['scenario', 'server', 'durability', ...names],
      ...rows.map(({ scenario, server, durability, figures }) => [
        scenario,
        server,
        durability,
        ...names.map((name) => shown(figures[name])),
      ]),
    ],
    3,
  );
};
