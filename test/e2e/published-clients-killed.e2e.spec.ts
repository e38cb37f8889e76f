/*
 * Readers and writers of the published client whose gateways are killed and started again under the same address.
 * CLIENT_KILLS=20 kills more often (4 unless given).
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DurableStream, IdempotentProducer, stream } from '@durable-streams/client';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { Fleet } from './support/fleet.js';
import { patientFetch } from './support/patient-fetch.js';
import { until } from './support/until.js';

const KILLS = Number(process.env['CLIENT_KILLS'] ?? 4);
const LONG_MS = 180_000;
const BATCH = 25;

let servers: TestServers;
let fleet: Fleet;

const pathOf = (producer: number): string => `/v1/stream/clients/killed-${String(producer)}`;

interface Numbered {
  readonly n: number;
}

/** Reads at one gateway as a user of the client does: a reader that was cut off is followed by one at the last offset. */
class Follower {
  readonly numbers: number[] = [];
  /** How often the client gave up. */
  cuts = 0;
  readonly running: Promise<void>;
  private offset = '-1';
  private readonly ending = new AbortController();

  constructor(
    readonly live: 'sse' | 'long-poll',
    readonly gateway: number,
    /** Of whose stream. */
    readonly producer: number,
  ) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { live, ending } = this;
    const url = `${fleet.urls[this.gateway] ?? ''}${pathOf(this.producer)}`;
    while (!ending.signal.aborted) {
      let over = false;
      const response = await stream<Numbered>({ url, live, offset: this.offset, signal: ending.signal });
      response.subscribeJson(({ items, offset }) => {
        // What a reader that was given up still hands out is read again by the next one.
        if (over) return;
        this.numbers.push(...items.map(({ n }) => n));
        this.offset = offset;
      });
      await response.closed.catch(() => {
        if (!ending.signal.aborted) this.cuts += 1;
      });
      over = true;
    }
  }
}

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const env = { LONG_POLL_TIMEOUT_MS: '1000', REVEILLE_RECENT_MESSAGES: '20' };
  fleet = await Fleet.start({ ...servers.urls, env, copies: { gateway: 2, projector: 1, saga: 0 } });
}, LONG_MS);

afterAll(async () => {
  await fleet.stop();
  await servers.stop();
}, LONG_MS);

it(
  'live readers miss nothing and see nothing twice, and batches are written once, while their gateways are killed',
  async () => {
    const handles = await Promise.all(
      fleet.urls.map((url, gateway) =>
        DurableStream.create({ url: url + pathOf(gateway), contentType: 'application/json' }),
      ),
    );
    const errors: unknown[] = [];
    // Each writes at one gateway to a stream of its own, and is read at both.
    const producers = handles.map(
      (handle) =>
        new IdempotentProducer(handle, 'a-producer', {
          fetch: patientFetch,
          maxBatchBytes: 200,
          onError: (error) => errors.push(error),
        }),
    );
    const followers = [0, 1].flatMap((gateway) =>
      [0, 1].flatMap((producer) =>
        (['sse', 'long-poll'] as const).map((live) => new Follower(live, gateway, producer)),
      ),
    );
    let killing = true;
    const written = producers.map(async (producer) => {
      let n = 0;
      while (killing) {
        for (let more = 0; more < BATCH; more += 1, n += 1) producer.append(JSON.stringify({ n }));
        await producer.flush();
      }
      return n;
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      const victim = kill % 2;
      const near = followers.filter(({ gateway }) => gateway === victim);
      const before = near.map(({ numbers }) => numbers.length);
      // Only who reads can be cut off.
      await until('news for every reader', () => near.every(({ numbers }, at) => numbers.length > (before[at] ?? 0)), {
        withinMs: 60_000,
      });
      await fleet.kill('gateway', victim);
      await fleet.launch('gateway', victim);
    }
    killing = false;
    const counts = await Promise.all(written);
    for (const follower of followers) {
      const count = counts[follower.producer] ?? 0;
      await until(`all of it by ${follower.live}`, () => follower.numbers.length >= count, { withinMs: 60_000 });
      expect(follower.numbers).toEqual(Array.from({ length: count }, (_, n) => n));
    }
    expect(errors).toEqual([]);
    await Promise.all(followers.map((follower) => follower.stop()));
    const cutsOf = (live: string): readonly number[] =>
      followers.filter((follower) => follower.live === live).map(({ cuts }) => cuts);
    process.stdout.write(`killed: ${JSON.stringify({ counts, sse: cutsOf('sse'), longPoll: cutsOf('long-poll') })}\n`);
    // An answer that did not begin is asked for again by the client itself.
    expect(cutsOf('long-poll')).toEqual(followers.slice(0, followers.length / 2).map(() => 0));
  },
  LONG_MS,
);
