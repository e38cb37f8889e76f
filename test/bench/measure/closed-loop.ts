import { NO_ANSWER } from '../client/connection.js';
import { Samples } from './samples.js';

/** One connection with one request at a time. */
export interface Sender<Request> {
  /** @returns the status; `NO_ANSWER` when there was none. */
  send(request: Request): Promise<number>;
}

export interface Load {
  readonly samples: Samples;
  /** Answers that were no success, by status; 0: no answer. */
  readonly errors: ReadonlyMap<number, number>;
  readonly seconds: number;
}

/** Every connection sends its next request as soon as it has the answer to the last one, for `ms` milliseconds. */
export const closedLoop = async <Request>(
  connections: readonly Sender<Request>[],
  next: () => Request,
  ms: number,
): Promise<Load> => {
  const samples = new Samples();
  const errors = new Map<number, number>();
  const began = performance.now();
  const end = began + ms;

  const run = async (connection: Sender<Request>): Promise<void> => {
    for (;;) {
      const request = next();
      const from = performance.now();
      if (from >= end) return;
      const status = await connection.send(request);
      if (status >= 200 && status < 300) samples.add(performance.now() - from);
      else errors.set(status, (errors.get(status) ?? 0) + 1);
      // Without a pause, a server that is gone would be asked in an endless loop.
      if (status === NO_ANSWER) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  await Promise.all(connections.map(run));
  return { samples, errors, seconds: (performance.now() - began) / 1000 };
};
