import { Connection } from '../client/connection.js';
import { post } from '../client/json-request.js';
import type { WireRequest } from '../client/wire-request.js';
import type { Bench } from '../bench.js';

const CHILDREN = 16;
const RUNS_EACH = 500;

const runEvent = (n: number, value: object, operation: 'insert' | 'update'): object => ({
  type: 'run',
  key: `run-${String(n)}`,
  value,
  headers: { operation },
});

/** One run of a child that has started and can be finished. */
export interface OpenRun {
  readonly child: string;
  readonly run: string;
  /** Of this child. */
  readonly connection: Connection;
  readonly finish: WireRequest;
}

export interface Family {
  readonly parent: string;
  /** In turns over the children. */
  readonly runs: readonly OpenRun[];
  close(): Promise<void>;
}

/** A parent that is woken when a run of one of its children has finished. All runs have started. */
export const family = async (bench: Bench, name: string): Promise<Family> => {
  const parent = await bench.entity('bench_wake', `${name}-parent`);
  const numbers = Array.from({ length: RUNS_EACH }, (_, n) => n);
  const children: OpenRun[][] = [];
  for (let c = 0; c < CHILDREN; c += 1) {
    const wake = { subscriberUrl: parent, condition: 'runFinished' };
    const child = await bench.entity('bench_wake', `${name}-${String(c)}`, { parent, wake });
    const token = await bench.claim(child);
    const started = numbers.map((n) => runEvent(n, { status: 'started' }, 'insert'));
    await bench.control.fetch(post(`${child}/main`, started, token));
    const connection = new Connection(bench.options.url);
    const finished = { status: 'completed', finish_reason: 'stop' };
    children.push(
      numbers.map((n) => ({
        child,
        run: `run-${String(n)}`,
        connection,
        finish: post(`${child}/main`, [runEvent(n, finished, 'update')], token),
      })),
    );
  }
  return {
    parent,
    runs: numbers.flatMap((n) => children.flatMap((runs) => runs[n] ?? [])),
    close: async () => {
      for (const [first] of children) await first?.connection.close();
    },
  };
};
