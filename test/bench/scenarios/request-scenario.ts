import { BYPASS, GRANTED, HEIR, OF_A_KIND, type Asker } from '../askers.js';
import type { Bench } from '../bench.js';
import { toWire, type WireRequest } from '../client/wire-request.js';
import { WireConnection } from '../client/wire-connection.js';
import { closedLoop, type Load } from '../measure/closed-loop.js';
import { takeTurns } from '../measure/rounds.js';
import { Samples } from '../measure/samples.js';
import { totalCpuSeconds, useTogether } from '../measure/server-process.js';
import { costing, type Cost, type Measurement, type Round } from '../measurement.js';

/** One kind of request, sent as fast as a number of connections can. */
export interface RequestScenario {
  readonly name: string;
  /** Runs only when its name is given. */
  readonly onDemand?: true;
  /** Who besides the one who passes every check. */
  readonly granted?: readonly Asker[];
  /** Whose requests these are and nobody else's; somebody with a grant. */
  readonly only?: Asker;
  /** @returns what makes the requests; it must cost nearly nothing. */
  prepare(bench: Bench): Promise<() => WireRequest>;
  /** After all loads. @returns what else there is to say; empty: nothing. */
  finish?(): Promise<string>;
}

const GRANTED_ASKERS = [GRANTED, HEIR, OF_A_KIND];

interface Turn {
  readonly load: Load;
  readonly cost: Cost;
}

const microsEach = (cpuSeconds: number, requests: number): number => (cpuSeconds * 1e6) / Math.max(1, requests);

const roundOf = ({ load: { samples, seconds }, cost: { server = {} } }: Turn): Round => ({
  perSecond: samples.count / seconds,
  p50: samples.latencies().p50,
  nodeMicros: microsEach(server['node']?.cpuSeconds ?? 0, samples.count),
  serverMicros: microsEach(totalCpuSeconds(server), samples.count),
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const together = (scenario: string, load: string, asker: Asker, turns: readonly Turn[]): Measurement => {
  const samples = new Samples();
  const errors: Record<string, number> = {};
  for (const { load: one } of turns) {
    samples.addAll(one.samples);
    for (const [status, count] of one.errors) errors[status] = (errors[status] ?? 0) + count;
  }
  return {
    scenario,
    load,
    asker: asker.name,
    requests: samples.count,
    perSecond: samples.count / sum(turns.map((turn) => turn.load.seconds)),
    errors,
    ...samples.latencies(),
    clientCpuSeconds: sum(turns.map(({ cost }) => cost.clientCpuSeconds)),
    server: useTogether(turns.map(({ cost }) => cost.server).filter((use) => use !== undefined)),
    lagMs: Math.max(...turns.map(({ cost }) => cost.lagMs)),
    rounds: turns.map(roundOf),
  };
};

/** Makes bytes of a request once, however often it is sent. */
const encoder = (origin: string, { principal }: Asker): ((request: WireRequest) => Buffer) => {
  const made = new WeakMap<WireRequest, Buffer>();
  const { host } = new URL(origin);
  const identity: Record<string, string> = principal === undefined ? {} : { 'electric-principal': principal };
  return (request) => {
    const known = made.get(request);
    if (known) return known;
    const bytes = toWire(host, { ...request, headers: { ...request.headers, ...identity } });
    made.set(request, bytes);
    return bytes;
  };
};

export const runRequests = async function* (bench: Bench, scenario: RequestScenario): AsyncGenerator<Measurement> {
  const { url, seconds, warmUpSeconds, concurrencies, granted, rounds } = bench.options;
  const { name, only, granted: others = GRANTED_ASKERS } = scenario;
  const askers = only ? [only] : [BYPASS, ...(granted ? others : [])];
  const next = await scenario.prepare(bench);
  for (const concurrency of concurrencies) {
    const asking = await Promise.all(
      askers.map(async (asker) => {
        const encode = encoder(url, asker);
        return {
          asker,
          connections: await WireConnection.openMany(url, concurrency),
          next: () => encode(next()),
        };
      }),
    );
    for (const one of asking) await closedLoop(one.connections, one.next, warmUpSeconds * 1000);
    // What the preparations and the warm-up left to do belongs to them.
    await bench.lagMs();
    const turns = await takeTurns(asking, rounds, async (one): Promise<Turn> => {
      const run = (): Promise<Load> => closedLoop(one.connections, one.next, (seconds * 1000) / rounds);
      const { result, cost } = await costing(bench, run);
      return { load: result, cost };
    });
    for (const { connections } of asking) for (const connection of connections) connection.close();
    for (const { who, results } of turns) yield together(name, String(concurrency), who.asker, results);
  }
  const said = await scenario.finish?.();
  if (said) process.stderr.write(`${said}\n`);
};
