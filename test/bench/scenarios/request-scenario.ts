import { Connection, type BenchRequest } from '../client/connection.js';
import { closedLoop, type Load } from '../measure/closed-loop.js';
import { measured, type Measurement, type Outcome } from '../measurement.js';
import type { Bench } from '../bench.js';

/** One kind of request, sent as fast as a number of connections can. */
export interface RequestScenario {
  readonly name: string;
  /** @returns what makes the requests; it must cost nearly nothing. */
  prepare(bench: Bench): Promise<() => BenchRequest>;
}

const outcomeOf = ({ samples, errors, seconds }: Load): Outcome => ({
  requests: samples.count,
  perSecond: samples.count / seconds,
  errors: Object.fromEntries(errors),
  ...samples.latencies(),
});

export const runRequests = async function* (bench: Bench, scenario: RequestScenario): AsyncGenerator<Measurement> {
  const { url, seconds, warmUpSeconds, concurrencies, principal } = bench.options;
  const next = await scenario.prepare(bench);
  for (const concurrency of concurrencies) {
    const connections = Array.from({ length: concurrency }, () => new Connection(url, principal));
    await closedLoop(connections, next, warmUpSeconds * 1000);
    // What the preparations and the warm-up left to do belongs to them.
    await bench.lagMs();
    yield await measured(bench, scenario.name, String(concurrency), async () =>
      outcomeOf(await closedLoop(connections, next, seconds * 1000)),
    );
    await Promise.all(connections.map((connection) => connection.close()));
  }
};
