import { setTimeout as sleep } from 'node:timers/promises';
import { Samples } from '../../measure/samples.js';
import { atMost, type Compared } from '../../report/targets.js';
import type { Arena } from '../arena.js';
import { numbered, type Subscriber } from '../client/subscriber.js';
import { WireConnection } from '../../client/wire-connection.js';
import { cpuSince, cpuUse, type Contestant } from '../contestants/contestant.js';
import { rowOf, valuesOf, type Figures, type Result, type Row } from '../results.js';
import { median, takeTurns } from '../../measure/rounds.js';
import { append, createStreams } from './prepare.js';
import { closeAll, subscribe } from './subscribers.js';

const SUBSCRIBERS = 1_000;
const PER_SECOND = 50;
const BYTES = 150;
const WARM_UP = PER_SECOND;
const PATIENCE_MS = 10_000;

interface Sent {
  readonly seconds: number;
  readonly errors: number;
}

/** Appends numbered events, one after the other, when each is due; those that come late are not left out. */
const sendSteadily = async (contestant: Contestant, path: string, first: number, count: number): Promise<Sent> => {
  const connection = await WireConnection.open(contestant.origin);
  const began = performance.now();
  let errors = 0;
  for (let n = 0; n < count; n += 1) {
    const wait = began + (n * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await sleep(wait);
    const body = numbered(first + n, performance.now(), BYTES);
    const status = await connection.send(append(contestant, path, body));
    if (status >= 300 || status < 200) errors += 1;
  }
  connection.close();
  return { seconds: (performance.now() - began) / 1000, errors };
};

const received = (subscribers: readonly Subscriber[], sent: number): boolean =>
  subscribers.every((one) => one.received >= sent);

const measure = async (contestant: Contestant, readers: number, seconds: number): Promise<Figures> => {
  const [path = ''] = await createStreams(contestant, 1);
  const samples = new Samples();
  const count = Math.ceil(seconds * PER_SECOND);
  const subscribers = await subscribe(contestant, Array<string>(readers).fill(path), (n, sentAt) => {
    if (n >= WARM_UP) samples.add(performance.now() - sentAt);
  });
  await sendSteadily(contestant, path, 0, WARM_UP);
  const server = cpuUse(contestant);
  const client = process.cpuUsage();
  const sent = await sendSteadily(contestant, path, WARM_UP, count);
  const { user, system } = process.cpuUsage(client);
  const deadline = performance.now() + PATIENCE_MS;
  while (!received(subscribers, WARM_UP + count) && performance.now() < deadline) await sleep(10);
  const used = cpuSince(contestant, server, 'cpu s', 1);
  closeAll(subscribers);
  const { p50, p99, max } = samples.latencies();
  return {
    'p50 ms': p50,
    'p99 ms': p99,
    'max ms': max,
    'appends per s': count / sent.seconds,
    deliveries: samples.count,
    lost: readers * count - samples.count,
    'out of order': subscribers.reduce((sum, one) => sum + one.outOfOrder, 0),
    errors: sent.errors,
    ...used,
    'client cpu s': (user + system) / 1e6,
  };
};

const aims = (rows: readonly Row[]): Compared[] => [
  atMost('sse: p50 ms', 15, median(valuesOf(rows, 'reveille', 'p50 ms'))),
  atMost('sse: p99 ms', 40, median(valuesOf(rows, 'reveille', 'p99 ms'))),
  atMost('sse: events lost or out of order', 0, Math.max(...lostOf(rows))),
];

const lostOf = (rows: readonly Row[]): number[] =>
  rows
    .filter(({ server }) => server === 'reveille')
    .flatMap(({ rounds }) => rounds.map((one) => (one['lost'] ?? 0) + (one['out of order'] ?? 0)));

/** A thousand readers of one stream that grows steadily. Latency: from the call of the writer to the reader's code. */
export const sse = async (arena: Arena): Promise<Result> => {
  const { rounds, seconds } = arena.options;
  const contestants = await arena.contestants('reveille', 'peer memory');
  const all = await takeTurns(contestants, rounds, (one) => measure(one, arena.scaled(SUBSCRIBERS), seconds));
  const rows = all.map((one) => rowOf('sse', one));
  return { rows, aims: aims(rows) };
};
