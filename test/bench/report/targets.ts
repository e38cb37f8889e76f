import type { Measurement } from '../measurement.js';
import type { Ratios } from './ratios.js';

export interface Target {
  readonly scenario: string;
  readonly load: string;
  readonly figure: 'perSecond' | 'p50' | 'p99';
  readonly wanted: number;
}

/** What the figures are compared with. A missed one is only said. */
const TARGETS: readonly Target[] = [
  { scenario: 'spawn', load: '64', figure: 'perSecond', wanted: 2_500 },
  { scenario: 'spawn', load: '64', figure: 'p99', wanted: 60 },
  { scenario: 'send to 1', load: '64', figure: 'perSecond', wanted: 4_000 },
  { scenario: 'send to 1', load: '64', figure: 'p99', wanted: 60 },
  { scenario: 'send to 100', load: '64', figure: 'perSecond', wanted: 4_000 },
  { scenario: 'send to 100', load: '64', figure: 'p99', wanted: 60 },
  { scenario: 'append to 1', load: '64', figure: 'perSecond', wanted: 10_000 },
  { scenario: 'append to 100', load: '64', figure: 'perSecond', wanted: 5_000 },
  { scenario: 'get entity', load: '64', figure: 'perSecond', wanted: 6_000 },
  { scenario: 'page', load: '1', figure: 'perSecond', wanted: 300 },
  { scenario: 'page by tag', load: '1', figure: 'p50', wanted: 5 },
  { scenario: 'page of few', load: '1', figure: 'p50', wanted: 10 },
  { scenario: 'page of few by tag', load: '1', figure: 'p50', wanted: 10 },
  { scenario: 'wake', load: 'one at a time', figure: 'p50', wanted: 8 },
  { scenario: 'wake', load: 'one at a time', figure: 'p99', wanted: 30 },
  { scenario: 'wake', load: '50/s', figure: 'p50', wanted: 8 },
  { scenario: 'wake', load: '50/s', figure: 'p99', wanted: 30 },
];

export const IDLE_PSS_MB = 200;
export const RESTART_SECONDS = 3;

export interface Compared {
  readonly what: string;
  readonly wanted: string;
  readonly measured: number;
  /** Between which the middle half of the single values lies, of which `measured` is the median. */
  readonly middle?: readonly [number, number];
  readonly met: boolean;
}

export const atMost = (what: string, limit: number, measured: number): Compared => ({
  what,
  wanted: `≤ ${String(limit)}`,
  measured,
  met: measured <= limit,
});

export const atLeast = (what: string, limit: number, measured: number): Compared => ({
  what,
  wanted: `≥ ${String(limit)}`,
  measured,
  met: measured >= limit,
});

export const compare = (measurements: readonly Measurement[]): readonly Compared[] =>
  TARGETS.flatMap(({ scenario, load, figure, wanted }) => {
    const found = measurements.find((one) => one.scenario === scenario && one.load === load);
    if (!found) return [];
    const name = `${scenario}, ${load}`;
    if (figure === 'perSecond') return [atLeast(`${name}: per second`, wanted, found.perSecond)];
    return [atMost(`${name}: ${figure} ms`, wanted, found[figure])];
  });

/** Of what somebody who passes every check gets. */
const GRANTED_SHARE = 0.85;

export const compareRatios = (all: readonly Ratios[]): readonly Compared[] =>
  all.flatMap(({ scenario, load, asker, ratios: { perSecond } }) =>
    perSecond === undefined ? [] : [atLeast(`${scenario}, ${load}, ${asker}: of bypass`, GRANTED_SHARE, perSecond)],
  );
