import { Connection } from '../client/connection.js';
import { post, put } from '../client/json-request.js';
import { Samples, type Latencies } from '../measure/samples.js';
import { DELTA_EVENT } from '../scenarios/delta-event.js';

export interface Kills {
  readonly kills: number;
  /** From the request to its answer. */
  readonly latencies: Latencies;
  /** Answers other than 200. */
  readonly failed: number;
  readonly appendsPerSecond: number;
}

const WARM_MS = 150;
const OK = 200;

/** Each entity is killed through one gateway while all clients of another append to it, one request after the other. */
export const runKills = async (
  killer: string,
  writers: string,
  { kills, clients }: { readonly kills: number; readonly clients: number },
): Promise<Kills> => {
  const control = new Connection(killer);
  const connections = Array.from({ length: clients }, () => new Connection(writers));
  const samples = new Samples();
  let failed = 0;
  let appended = 0;
  let seconds = 0;
  for (let n = 0; n < kills; n += 1) {
    const path = `routing/kill-${String(n)}-${String(Date.now())}`;
    await control.fetch(put(`/v1/entities/${path}`, {}));
    const { body } = await control.fetch(post(`/v1/entities/${path}/claim`, { runner: 'bench', leaseMs: 60_000 }));
    const append = post(`/${path}/main`, [DELTA_EVENT], (body as { readonly token: string }).token);
    const began = performance.now();
    const work = connections.map(async (connection) => {
      while ((await connection.send(append)) < 300) appended += 1;
    });
    await new Promise((resolve) => setTimeout(resolve, WARM_MS));
    const from = performance.now();
    const status = await control.send(post(`/v1/entities/${path}/signal`, { signal: 'SIGKILL' }));
    samples.add(performance.now() - from);
    if (status !== OK) failed += 1;
    await Promise.all(work);
    seconds += (performance.now() - began) / 1000;
  }
  await Promise.all([control, ...connections].map((connection) => connection.close()));
  return { kills, latencies: samples.latencies(), failed, appendsPerSecond: Math.round(appended / seconds) };
};
