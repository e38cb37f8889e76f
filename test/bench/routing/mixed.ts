import { Connection } from '../client/connection.js';
import { post, put } from '../client/json-request.js';
import { WireConnection } from '../client/wire-connection.js';
import { JSON_HEADERS, toWire } from '../client/wire-request.js';
import { closedLoop, type Load } from '../measure/closed-loop.js';
import { seeded } from '../measure/random.js';
import type { Latencies } from '../measure/samples.js';
import { DELTA_EVENT } from '../scenarios/delta-event.js';
import type { GatewayFleet } from './gateway-fleet.js';

const STREAMS = 100;
const ENTITIES = 100;

// Of each gateway: until then its code is compiled again and again, and takes several times the CPU.
const WARM_REQUESTS = 25_000;
const WARM_AT_MOST_MS = 40_000;
const WARM_SLICE_MS = 500;

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

/** Of a fleet, and of this process, which is the client; microseconds. */
const cpuNow = (fleet: GatewayFleet): Cpu => {
  const { user, system } = process.cpuUsage();
  return { ...fleet.cpu(), client: user + system };
};

const cpuSince = (fleet: GatewayFleet, before: Cpu, requests: number): Cpu => {
  const now = cpuNow(fleet);
  const each = (part: keyof Cpu): number => Math.round((now[part] - before[part]) / requests);
  return { gateways: each('gateways'), broker: each('broker'), client: each('client') };
};

// No gateway looks at it.
const HOST = 'gateways';

const appends = Array.from({ length: STREAMS }, (_, n) => toWire(HOST, post(stream(n), DELTA_EVENT)));
const sends = Array.from({ length: ENTITIES }, (_, n) =>
  toWire(HOST, post(`${entity(n)}/send`, { payload: { n: 1 } })),
);

const one = (requests: readonly Buffer[], n: number): Buffer => requests[n] ?? Buffer.alloc(0);

let tagged = 0;

/** Of ten requests seven append to one of many streams, one to a stream that all write, one sends, one tags. */
const anyRequest = (chance: (below: number) => number): Buffer => {
  const kind = chance(10);
  if (kind < 7) return one(appends, chance(STREAMS));
  if (kind === 7) return one(appends, 0);
  if (kind === 8) return one(sends, chance(ENTITIES));
  return toWire(HOST, post(`${entity(chance(ENTITIES))}/tags/round`, { value: String((tagged += 1)) }));
};

/** The same clients for every fleet, each at the next of its gateways, connected until the end. */
export class MixedClients {
  private readonly chance = seeded(1);

  private constructor(
    private readonly fleet: GatewayFleet,
    private readonly connections: readonly WireConnection[],
  ) {}

  static async open(fleet: GatewayFleet, clients: number): Promise<MixedClients> {
    const { urls } = fleet;
    const connections = Array.from({ length: clients }, (_, n) => WireConnection.open(urls[n % urls.length] ?? ''));
    return new MixedClients(fleet, await Promise.all(connections));
  }

  /** Counts requests, because a machine that is busy gets fewer of them done in the same time. */
  async warmUp(): Promise<void> {
    const until = performance.now() + WARM_AT_MOST_MS;
    for (let left = WARM_REQUESTS * this.fleet.urls.length; left > 0 && performance.now() < until;)
      left -= (await this.load(WARM_SLICE_MS)).samples.count;
  }

  async measure(ms: number): Promise<MixedRun> {
    const before = cpuNow(this.fleet);
    const { samples, errors, seconds } = await this.load(ms);
    return {
      gateways: this.fleet.urls.length,
      perSecond: Math.round(samples.count / seconds),
      latencies: samples.latencies(),
      cpu: cpuSince(this.fleet, before, samples.count),
      errors: Object.fromEntries(errors),
    };
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  private load(ms: number): Promise<Load> {
    return closedLoop(this.connections, () => anyRequest(this.chance), ms);
  }
}
