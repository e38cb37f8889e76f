import type { Measurement } from '../measurement.js';

export interface Target {
  readonly scenario: string;
  readonly load: string;
  readonly figure: 'perSecond' | 'p50' | 'p99';
  readonly wanted: number;
}

/** What the figures are compared with. A missed one is only said. */
const TARGETS: readonly Target[] = [
  { scenario: 'spawn', load: '64', figure: 'perSecond', wanted: 1_500 },
  { scenario: 'send to 1', load: '64', figure: 'perSecond', wanted: 3_000 },
  { scenario: 'send to 100', load: '64', figure: 'perSecond', wanted: 2_500 },
  { scenario: 'append to 1', load: '64', figure: 'perSecond', wanted: 10_000 },
  { scenario: 'append to 100', load: '64', figure: 'perSecond', wanted: 5_000 },
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
