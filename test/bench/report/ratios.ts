import { BYPASS } from '../askers.js';
import { medianRatio } from '../measure/rounds.js';
import type { Measurement, Round } from '../measurement.js';
import { table } from './table.js';

const FIGURES: readonly (keyof Round)[] = ['perSecond', 'p50', 'nodeMicros', 'serverMicros'];

/** What a row is to somebody with grants, compared with the one who passes every check; medians of the rounds. */
export interface Ratios {
  readonly scenario: string;
  readonly load: string;
  readonly asker: string;
  readonly ratios: Readonly<Partial<Record<keyof Round, number>>>;
}

const valuesOf = ({ rounds }: Measurement, figure: keyof Round): number[] => rounds.map((round) => round[figure]);

export const ratiosOf = (measurements: readonly Measurement[]): readonly Ratios[] =>
  measurements.flatMap((one) => {
    const { scenario, load, asker } = one;
    const bypass = measurements.find(
      (other) => other.scenario === scenario && other.load === load && other.asker === BYPASS.name,
    );
    if (!bypass || bypass === one) return [];
    const ratios = FIGURES.flatMap((figure) => {
      const ratio = medianRatio(valuesOf(one, figure), valuesOf(bypass, figure));
      return ratio === undefined ? [] : [[figure, ratio] as const];
    });
    return [{ scenario, load, asker, ratios: Object.fromEntries(ratios) }];
  });

/** Empty when there is nothing to compare. */
export const ratiosTable = (all: readonly Ratios[]): string =>
  all.length === 0
    ? ''
    : table(
        [
          ['times bypass', 'load', 'asked by', 'per s', 'p50', 'node µs', 'server µs'],
          ...all.map(({ scenario, load, asker, ratios }) => [
            scenario,
            load,
            asker,
            ...FIGURES.map((figure) => ratios[figure]?.toFixed(2) ?? ''),
          ]),
        ],
        3,
      );
