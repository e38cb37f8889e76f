import type { Measurement } from '../measurement.js';
import { totalCpuSeconds, totalPssMb, type ServerUse } from '../measure/server-process.js';
import { table } from './table.js';
import type { Compared } from './targets.js';

const whole = (value: number): string => String(Math.round(value));
const tenths = (value: number): string => value.toFixed(1);
const hundredths = (value: number): string => value.toFixed(2);
const shown = (value: number): string => (value < 10 ? hundredths(value) : tenths(value));

const errorsOf = (errors: Readonly<Record<string, number>>): string =>
  Object.entries(errors)
    .map(([status, count]) => `${String(count)}×${status}`)
    .join(' ') || '0';

const HEAD = [
  'scenario',
  'load',
  'asked by',
  'done',
  'errors',
  'per s',
  'p50 ms',
  'p90 ms',
  'p99 ms',
  'max ms',
  'lag ms',
  'client cpu s',
];

const figures = (one: Measurement): string[] => [
  one.scenario,
  one.load,
  one.asker,
  whole(one.requests),
  errorsOf(one.errors),
  whole(one.perSecond),
  ...[one.p50, one.p90, one.p99, one.max].map(hundredths),
  whole(one.lagMs),
  tenths(one.clientCpuSeconds),
];

/** Those that did something. */
const programsOf = (measurements: readonly Measurement[]): string[] => [
  ...new Set(
    measurements.flatMap(({ server = {} }) =>
      Object.entries(server).flatMap(([name, { cpuSeconds }]) => (cpuSeconds > 0 ? [name] : [])),
    ),
  ),
];

const serverFigures = (server: ServerUse, requests: number, programs: readonly string[]): string[] => [
  ...programs.map((name) => tenths(server[name]?.cpuSeconds ?? 0)),
  whole((totalCpuSeconds(server) * 1e6) / Math.max(1, requests)),
  whole(totalPssMb(server)),
];

export const figuresTable = (measurements: readonly Measurement[]): string => {
  const programs = programsOf(measurements);
  const head = [
    ...HEAD,
    ...(programs.length > 0 ? [...programs.map((name) => `${name} cpu s`), 'µs each', 'pss MB'] : []),
  ];
  const rows = measurements.map((one) => [
    ...figures(one),
    ...(one.server ? serverFigures(one.server, one.requests, programs) : []),
  ]);
  const wakes = measurements
    .filter(({ lost }) => lost !== undefined)
    .map(({ load, lost, doubled }) => `wakes ${load}: ${String(lost)} lost, ${String(doubled)} doubled\n`);
  return table([head, ...rows], 3) + wakes.join('');
};

export const targetsTable = (compared: readonly Compared[]): string =>
  table(
    [
      ['target', 'wanted', 'measured', 'middle half', ''],
      ...compared.map(({ what, wanted, measured, middle = [], met }) => [
        what,
        wanted,
        shown(measured),
        middle.map(shown).join('-'),
        met ? 'met' : 'missed',
      ]),
    ],
    1,
  );

export const memoryTable = (use: ServerUse): string =>
  table(
    [
      ['process', 'pss MB'],
      ...Object.entries(use).map(([name, { pssMb }]) => [name, tenths(pssMb)]),
      ['together', tenths(totalPssMb(use))],
    ],
    1,
  );
