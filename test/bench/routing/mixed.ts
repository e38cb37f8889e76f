import { Connection } from '../client/connection.js';
import { post, put } from '../client/json-request.js';
import { JSON_HEADERS, type WireRequest } from '../client/wire-request.js';
import { closedLoop } from '../measure/closed-loop.js';
import { seeded } from '../measure/random.js';
import type { Latencies } from '../measure/samples.js';
import { serverUse } from '../measure/server-process.js';
import { DELTA_EVENT } from '../scenarios/delta-event.js';

const STREAMS = 100;
const ENTITIES = 100;

export interface Cpu {
  readonly gateways: number;
  readonly broker: number;
  readonly client: number;
}

export interface MixedRun {
  readonly gateways: number;
  readonly perSecond: number;
  readonly latencies: Latencies;
  /** CPU per request, microseconds: what other work on the machine disturbs least. */
  readonly cpu: Cpu;
  readonly errors: Readonly<Record<string, number>>;
}

const stream = (n: number): string => `/v1/stream/mixed/${String(n)}`;
const entity = (n: number): string => `/v1/entities/routing/mixed-${String(n)}`;

export const prepareMixed = async (url: string): Promise<void> => {
  const control = new Connection(url);
  await control.fetch(post('/v1/entity-types', { name: 'routing', description: 'for the benchmark' }));
  for (let n = 0; n < STREAMS; n += 1) await control.fetch({ method: 'PUT', path: stream(n), headers: JSON_HEADERS });
  for (let n = 0; n < ENTITIES; n += 1) await control.fetch(put(entity(n), {}));
  await control.close();
};

/** Of this process, which is the client, and of everything it started; microseconds. */
const cpuNow = (): Cpu => {
  const { user, system } = process.cpuUsage();
  const use = serverUse(process.pid) ?? {};
  const of = (program: string): number => (use[program]?.cpuSeconds ?? 0) * 1e6;
  return { gateways: of('node') - user - system, broker: of('nats-server'), client: user + system };
};

const cpuSince = (before: Cpu, requests: number): Cpu => {
  const now = cpuNow();
  const each = (part: keyof Cpu): number => Math.round((now[part] - before[part]) / requests);
  return { gateways: each('gateways'), broker: each('broker'), client: each('client') };
};

let spawned = 0;

/** Of ten requests seven append to one of many streams, one to a stream that all write, one sends, one tags. */
const anyRequest = (chance: (below: number) => number): WireRequest => {
  const kind = chance(10);
  if (kind < 7) return post(stream(chance(STREAMS)), DELTA_EVENT);
  if (kind === 7) return post(stream(0), DELTA_EVENT);
  if (kind === 8) return post(`${entity(chance(ENTITIES))}/send`, { payload: { n: 1 } });
  return post(`${entity(chance(ENTITIES))}/tags/round`, { value: String((spawned += 1)) });
};

/** The same clients, each at the next of the gateways. */
export const runMixed = async (urls: readonly string[], clients: number, ms: number): Promise<MixedRun> => {
  const connections = Array.from({ length: clients }, (_, n) => new Connection(urls[n % urls.length] ?? ''));
  const chance = seeded(1);
  // A gateway that has just started is slow until its code is compiled.
  await closedLoop(connections, () => anyRequest(chance), ms);
  const before = cpuNow();
  const { samples, errors, seconds } = await closedLoop(connections, () => anyRequest(chance), ms);
  const cpu = cpuSince(before, samples.count);
  await Promise.all(connections.map((connection) => connection.close()));
  return {
    gateways: urls.length,
    perSecond: Math.round(samples.count / seconds),
    latencies: samples.latencies(),
    cpu,
    errors: Object.fromEntries(errors),
  };
};
