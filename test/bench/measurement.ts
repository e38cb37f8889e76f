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

export interface Cost {
  readonly clientCpuSeconds: number;
  /** Until the lists had caught up. */
  readonly server: ServerUse | undefined;
  readonly lagMs: number;
}

/** One of the parts of a measurement, between which others had their turn. */
export interface Round {
  readonly perSecond: number;
  readonly p50: number;
  /** CPU of the node process per successful request. */
  readonly nodeMicros: number;
  /** The same of everything that is the server. */
  readonly serverMicros: number;
}

export interface Measurement extends Outcome, Cost {
  readonly scenario: string;
  readonly load: string;
  /** Who asked. */
  readonly asker: string;
  readonly rounds: readonly Round[];
}

/** Runs it, and reports what it cost and what was left to do afterwards. */
export const costing = async <Result>(
  bench: Bench,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly cost: Cost }> => {
  const { pid } = bench.options;
  const serverBefore = pid === undefined ? undefined : serverUse(pid);
  const clientBefore = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(clientBefore);
  const lagMs = await bench.lagMs();
  const serverAfter = pid === undefined ? undefined : serverUse(pid);
  const clientCpuSeconds = (user + system) / 1e6;
  return { result, cost: { clientCpuSeconds, server: useBetween(serverBefore, serverAfter), lagMs } };
};
