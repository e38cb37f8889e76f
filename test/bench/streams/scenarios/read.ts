import { Connection } from '../../client/connection.js';
import { get } from '../../client/json-request.js';
import { closedLoop } from '../../measure/closed-loop.js';
import { Samples } from '../../measure/samples.js';
import { atMost, type Compared } from '../../report/targets.js';
import { anyOf } from '../../scenarios/any-of.js';
import { DELTA_EVENT } from '../../scenarios/delta-event.js';
import type { Arena } from '../arena.js';
import { WireConnection } from '../../client/wire-connection.js';
import { cpuSince, cpuUse, type Contestant } from '../contestants/contestant.js';
import type { Reveille } from '../contestants/reveille.js';
import { ratio, rowOf, type Figures, type Result, type Row } from '../results.js';
import { takeTurns } from '../../measure/rounds.js';
import { append, createStreams, read, sendAll } from './prepare.js';
import { makeFolder, scattered } from './large-log.js';

const EVENTS = 100;
const STREAMS = 20;
const LARGE_LOG = 1_000_000;
const LARGE_NAME = 'reveille large log';
// Streams of the large log that nobody has read before, each read once.
const FIRST_READS = 500;
const FIRST_NAME = 'reveille large log, first reads';
// Two measurements of the same thing differ by so much.
const NO_WORSE = 1.2;
const OK = 200;
const BODY = JSON.stringify(DELTA_EVENT);

const measure = async (contestant: Contestant, next: () => Buffer, seconds: number): Promise<Figures> => {
  const connections = await WireConnection.openMany(contestant.origin, 1);
  await closedLoop(connections, next, seconds * 200);
  const before = cpuUse(contestant);
  const load = await closedLoop(connections, next, seconds * 1000);
  const used = cpuSince(contestant, before, 'µs', 1e6 / load.samples.count);
  for (const connection of connections) connection.close();
  const { p50, p99 } = load.samples.latencies();
  return {
    'p50 ms': p50,
    'p99 ms': p99,
    'per s': load.samples.count / load.seconds,
    errors: [...load.errors.values()].reduce((sum, one) => sum + one, 0),
    ...used,
  };
};

/** @throws when a read does not give everything. */
const check = async ({ origin }: Contestant, path: string): Promise<void> => {
  const connection = new Connection(origin);
  const { body } = await connection.fetch(get(`${path}?offset=-1`));
  const { length } = body as readonly unknown[];
  if (length !== EVENTS) throw new Error(`read ${String(length)} events of ${String(EVENTS)}`);
  await connection.close();
};

/** Streams of 100 events that were appended one by one, all at about the same time. */
const fill = async (contestant: Contestant, count: number): Promise<string[]> => {
  const paths = await createStreams(contestant, count);
  for (const path of paths)
    await sendAll(
      contestant,
      Array.from({ length: EVENTS }, () => append(contestant, path, BODY)),
      1,
    );
  await contestant.lagMs();
  return paths;
};

const readRounds = async (
  scenario: string,
  { options }: Arena,
  filled: readonly { readonly contestant: Contestant; readonly paths: readonly string[] }[],
): Promise<Row[]> => {
  const nexts = new Map<Contestant, () => Buffer>();
  for (const { contestant, paths } of filled) {
    for (const path of paths) await check(contestant, path);
    nexts.set(contestant, anyOf(paths.map((path) => read(contestant, path))));
  }
  const all = await takeTurns([...nexts.keys()], options.rounds, async (contestant) => {
    const next = nexts.get(contestant);
    if (!next) throw new Error(`${contestant.name} has no streams`);
    return measure(contestant, next, options.seconds);
  });
  return all.map((one) => rowOf(scenario, one));
};

const aim = (rows: readonly Row[], server: string, other: string, wanted: number): Compared[] => {
  const found = ratio(rows, 'p50 ms', server, other);
  return found === undefined ? [] : [atMost(`${server}: read latency × ${other}`, wanted, found)];
};

const filledSmall = async (arena: Arena): Promise<{ contestant: Contestant; paths: string[] }[]> => {
  const filled = [];
  for (const contestant of await arena.contestants('reveille', 'peer memory'))
    filled.push({ contestant, paths: await fill(contestant, arena.scaled(STREAMS)) });
  return filled;
};

/** 100 events from the start, one reader. */
export const readSmall = async (arena: Arena): Promise<Result> => {
  const rows = await readRounds('read small', arena, await filledSmall(arena));
  return { rows, aims: aim(rows, 'reveille', 'peer memory', 2) };
};

/** One reader who reads each of these streams once, after others that make the program warm. */
const firstReads = async (contestant: Contestant, paths: readonly string[]): Promise<Row> => {
  const [connection] = await WireConnection.openMany(contestant.origin, 1);
  const samples = new Samples();
  let errors = 0;
  let before = cpuUse(contestant);
  const warm = Math.floor(paths.length / 2);
  for (const [n, path] of paths.entries()) {
    if (n === warm) before = cpuUse(contestant);
    const request = read(contestant, path);
    const from = performance.now();
    const status = await connection?.send(request);
    if (n >= warm) samples.add(performance.now() - from);
    if (status !== OK) errors += 1;
  }
  const used = cpuSince(contestant, before, 'µs', 1e6 / samples.count);
  connection?.close();
  const { p50, p99 } = samples.latencies();
  const results = [{ 'p50 ms': p50, 'p99 ms': p99, errors, ...used }];
  return { ...rowOf('read large', { who: contestant, results }), server: FIRST_NAME };
};

/** The same where they are spread over a million messages of other streams. */
export const readLarge = (arena: Arena): Promise<Result> => {
  const { largeLog } = arena.options;
  if (largeLog !== undefined) makeFolder(largeLog);
  const work = async (server: Reveille): Promise<Result> => {
    const large = { ...server, name: LARGE_NAME };
    const { paths, unread } = await scattered(large, {
      paths: arena.scaled(STREAMS),
      unread: arena.scaled(FIRST_READS),
      events: EVENTS,
      body: BODY,
      messages: arena.scaled(LARGE_LOG),
      folder: largeLog,
    });
    const first = await firstReads(large, unread);
    const rows = await readRounds('read large', arena, [{ contestant: large, paths }, ...(await filledSmall(arena))]);
    return {
      rows: [...rows, first],
      aims: [...aim(rows, LARGE_NAME, 'peer memory', 2), ...aim(rows, LARGE_NAME, 'reveille', NO_WORSE)],
    };
  };
  return arena.withOwn(['standalone'], work, largeLog);
};
