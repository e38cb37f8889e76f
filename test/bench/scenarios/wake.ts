import { BYPASS } from '../askers.js';
import type { Bench } from '../bench.js';
import { costing, type Measurement, type Outcome } from '../measurement.js';
import { family, type OpenRun } from './family.js';
import { WakeWatch } from './wake-watch.js';

export const WAKE = 'wake';

const PER_SECOND = 50;
const PATIENCE_MS = 5_000;
const WARM_UP_RUNS = 50;

const until = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));

/** Finishes runs of children and times the wakes of their parent, from the start of the request to the event. */
class WakeRun {
  private readonly errors: Record<string, number> = {};

  constructor(
    private readonly watch: WakeWatch,
    private readonly runs: IterableIterator<OpenRun>,
  ) {}

  /** The next wake is caused when the last one has arrived. */
  async oneAtATime(ms: number, count = Infinity): Promise<void> {
    const end = performance.now() + ms;
    for (let done = 0; done < count && performance.now() < end; done += 1) {
      const run = this.nextRun();
      if (!run) return;
      await this.finish(run);
      await this.watch.arrival(run.child, run.run, PATIENCE_MS);
    }
  }

  async atRate(ms: number): Promise<void> {
    const begin = performance.now();
    const sent: Promise<void>[] = [];
    for (let n = 0; (n * 1000) / PER_SECOND < ms; n += 1) {
      await until(begin + (n * 1000) / PER_SECOND);
      const run = this.nextRun();
      if (run) sent.push(this.finish(run));
    }
    await Promise.all(sent);
  }

  async outcome(drive: () => Promise<void>): Promise<Outcome> {
    const from = performance.now();
    await drive();
    const seconds = (performance.now() - from) / 1000;
    const deadline = performance.now() + PATIENCE_MS;
    while (this.watch.missing > 0 && performance.now() < deadline) await until(performance.now() + 10);
    const { samples, missing, doubled } = this.watch;
    return {
      requests: samples.count,
      perSecond: samples.count / seconds,
      errors: this.errors,
      lost: missing,
      doubled,
      ...samples.latencies(),
    };
  }

  private nextRun(): OpenRun | undefined {
    const next = this.runs.next();
    return next.done ? undefined : next.value;
  }

  private async finish({ child, run, connection, finish }: OpenRun): Promise<void> {
    this.watch.expect(child, run);
    const status = await connection.send(finish);
    if (status >= 200 && status < 300) return;
    this.errors[status] = (this.errors[status] ?? 0) + 1;
    this.watch.expectNot(child, run);
  }
}

const measureWakes = async (
  bench: Bench,
  load: string,
  drive: (run: WakeRun, ms: number) => Promise<void>,
): Promise<Measurement> => {
  const { parent, runs, close } = await family(bench, load.replaceAll(/\W/g, ''));
  const rest = runs.values();
  const warmUp = new WakeWatch(bench.options.url, parent);
  await warmUp.open();
  await new WakeRun(warmUp, rest).oneAtATime(bench.options.warmUpSeconds * 1000, WARM_UP_RUNS);
  warmUp.stop();
  await bench.lagMs();

  const watch = new WakeWatch(bench.options.url, parent);
  await watch.open();
  const run = new WakeRun(watch, rest);
  try {
    const { result, cost } = await costing(bench, () => run.outcome(() => drive(run, bench.options.seconds * 1000)));
    return { scenario: WAKE, load, asker: BYPASS.name, rounds: [], ...result, ...cost };
  } finally {
    watch.stop();
    await close();
  }
};

export const runWakes = async function* (bench: Bench): AsyncGenerator<Measurement> {
  yield await measureWakes(bench, 'one at a time', (run, ms) => run.oneAtATime(ms));
  yield await measureWakes(bench, `${String(PER_SECOND)}/s`, (run, ms) => run.atRate(ms));
};
