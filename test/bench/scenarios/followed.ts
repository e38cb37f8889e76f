import { BYPASS } from '../askers.js';
import type { Bench } from '../bench.js';
import { NO_ANSWER } from '../client/connection.js';
import { post } from '../client/json-request.js';
import { ShapeHolder, type ShapeMessage } from '../client/shape-holder.js';
import { toWire } from '../client/wire-request.js';
import { WireConnection } from '../client/wire-connection.js';
import { Samples } from '../measure/samples.js';
import { costing, type Measurement, type Outcome } from '../measurement.js';

export const FOLLOWED = 'followed';

const FOLLOWERS = (process.env['BENCH_FOLLOWERS'] ?? '0,50').split(',').map(Number);
const PER_SECOND = Number(process.env['BENCH_CHANGES'] ?? 2_000);

const ENTITIES = 100;
/** Every second follower has grants on one of so many entities; the others see all. */
const GRANTED_OF = 10;
const CONNECTIONS = 64;
const TOGETHER = 20;
const PATIENCE_MS = 10_000;

const holderKey = (n: number): string => `user:follower-${String(n)}`;

const readBy = (n: number): object => ({
  subject_kind: 'principal',
  subject_value: `/principal/${encodeURIComponent(holderKey(n))}`,
  permission: 'read',
});

const isScoped = (follower: number): boolean => follower % 2 === 1;

const maySee = (follower: number, entity: number): boolean =>
  !isScoped(follower) || entity % GRANTED_OF === ((follower - 1) / 2) % GRANTED_OF;

const until = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));

/** Changes by number: when each was acknowledged, and how often it must be told. */
class Changes {
  readonly delays = new Samples();
  missing = 0;
  private readonly acknowledged = new Map<number, number>();

  constructor(private readonly seers: readonly number[]) {}

  acknowledge(change: number, entity: number): void {
    this.acknowledged.set(change, performance.now());
    this.missing += this.seers[entity] ?? 0;
  }

  /** A change may be told before its writer has the answer. */
  told({ value = {} }: ShapeMessage): void {
    const { tags } = value;
    if (typeof tags !== 'string') return;
    const { round } = JSON.parse(tags) as { readonly round?: string };
    const now = performance.now();
    this.delays.add(Math.max(0, now - (this.acknowledged.get(Number(round)) ?? now)));
    this.missing -= 1;
  }
}

/** Tags of any of a hundred entities are set, so many a second, if the server can. */
const change = async (bench: Bench, entities: readonly string[], changes: Changes, ms: number): Promise<Outcome> => {
  const connections = await WireConnection.openMany(bench.options.url, CONNECTIONS);
  const { host } = new URL(bench.options.url);
  const errors: Record<string, number> = {};
  const begin = performance.now();
  let next = 0;
  const write = async (connection: WireConnection): Promise<void> => {
    for (let n = next++; (n * 1000) / PER_SECOND < ms; n = next++) {
      const entity = n % ENTITIES;
      await until(begin + (n * 1000) / PER_SECOND);
      const request = post(`/v1/entities${entities[entity] ?? ''}/tags/round`, { value: String(n) });
      const status = await connection.send(toWire(host, request));
      if (status >= 200 && status < 300) changes.acknowledge(n, entity);
      else errors[status] = (errors[status] ?? 0) + 1;
      if (status === NO_ANSWER) return;
    }
  };
  await Promise.all(connections.map(write));
  const seconds = (performance.now() - begin) / 1000;
  for (const connection of connections) connection.close();
  const deadline = performance.now() + PATIENCE_MS;
  while (changes.missing > 0 && performance.now() < deadline) await until(performance.now() + 10);
  const written = next - CONNECTIONS;
  return {
    ...{ requests: written, perSecond: written / seconds, errors, lost: changes.missing, doubled: 0 },
    ...changes.delays.latencies(),
  };
};

const follow = async (bench: Bench, count: number, changes: Changes): Promise<ShapeHolder[]> => {
  const holders = Array.from({ length: count }, (_, n) => {
    const principal = isScoped(n) ? holderKey(n) : undefined;
    return new ShapeHolder(bench.options.url, principal, 'entities', (message) => changes.told(message));
  });
  for (let from = 0; from < count; from += TOGETHER)
    await Promise.all(holders.slice(from, from + TOGETHER).map((holder) => holder.start()));
  return holders;
};

/**
 * A number of principals follow the entities they may see while a constant stream of changes is written: what that costs
 * the server, and how long after its acknowledgement a change is told. `lost`: what nobody was told in time.
 */
export const runFollowed = async function* (bench: Bench): AsyncGenerator<Measurement> {
  for (const count of FOLLOWERS) {
    const followers = Array.from({ length: count }, (_, n) => n);
    const entities: string[] = [];
    for (let n = 0; n < ENTITIES; n += 1) {
      const grants = followers.filter((follower) => isScoped(follower) && maySee(follower, n)).map(readBy);
      entities.push(await bench.entity('bench_followed', `${String(count)}-${String(n)}`, { grants }));
    }
    const seers = entities.map((_, n) => followers.filter((follower) => maySee(follower, n)).length);
    const changes = new Changes(seers);
    const holders = await follow(bench, count, changes);
    await bench.lagMs();
    const drive = (): Promise<Outcome> => change(bench, entities, changes, bench.options.seconds * 1000);
    const { result, cost } = await costing(bench, drive);
    await Promise.all(holders.map((holder) => holder.stop()));
    const load = `${String(count)} beside ${String(PER_SECOND)}/s`;
    yield { scenario: FOLLOWED, load, asker: BYPASS.name, rounds: [], ...result, ...cost };
  }
};
