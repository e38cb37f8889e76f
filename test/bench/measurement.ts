import { useBetween, serverUse, type ServerUse } from './measure/server-process.js';
import type { Latencies } from './measure/samples.js';
import type { Bench } from './bench.js';

/** What one scenario did under one load. */
export interface Outcome extends Latencies {
  /** Successful ones. */
  readonly requests: number;
  readonly perSecond: number;
  /** By status; 0: no answer. */
  readonly errors: Readonly<Record<string, number>>;
  /** Only of wakes. */
  readonly lost?: number;
  readonly doubled?: number;
}

export interface Measurement extends Outcome {
  readonly scenario: string;
  readonly load: string;
  readonly clientCpuSeconds: number;
  /** Until the lists had caught up. */
  readonly server: ServerUse | undefined;
  readonly lagMs: number;
}

/** Runs it, and reports what it cost and what was left to do afterwards. */
export const measured = async (
  bench: Bench,
  scenario: string,
  load: string,
  run: () => Promise<Outcome>,
): Promise<Measurement> => {
  const { pid } = bench.options;
  const serverBefore = pid === undefined ? undefined : serverUse(pid);
  const clientBefore = process.cpuUsage();
  const outcome = await run();
  const { user, system } = process.cpuUsage(clientBefore);
  const lagMs = await bench.lagMs();
  const serverAfter = pid === undefined ? undefined : serverUse(pid);
  return {
    scenario,
    load,
    ...outcome,
    clientCpuSeconds: (user + system) / 1e6,
    server: useBetween(serverBefore, serverAfter),
    lagMs,
  };
};
