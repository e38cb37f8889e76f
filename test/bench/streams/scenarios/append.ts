import { closedLoop } from '../../measure/closed-loop.js';
import { atLeast, atMost, type Compared } from '../../report/targets.js';
import { anyOf } from '../../scenarios/any-of.js';
import { DELTA_EVENT } from '../../scenarios/delta-event.js';
import type { Arena } from '../arena.js';
import { WireConnection } from '../../client/wire-connection.js';
import { cpuSince, cpuUse, type Contestant } from '../contestants/contestant.js';
import { ratio, rowOf, valuesOf, type Figures, type Result, type Row } from '../results.js';
import { takeTurns } from '../../measure/rounds.js';
import { append, createStreams } from './prepare.js';

const CONNECTIONS = 64;
const WARM_UP_MS = 1_000;
const LAG_MS = 1_000;

const BODY = JSON.stringify(DELTA_EVENT);

const measure = async (contestant: Contestant, next: () => Buffer, seconds: number): Promise<Figures> => {
  const connections = await WireConnection.openMany(contestant.origin, CONNECTIONS);
  await closedLoop(connections, next, Math.min(WARM_UP_MS, seconds * 1000));
  // What the warm-up left to do belongs to it.
  await contestant.lagMs();
  const serverBefore = cpuUse(contestant);
  const clientBefore = process.cpuUsage();
  const load = await closedLoop(connections, next, seconds * 1000);
  const { user, system } = process.cpuUsage(clientBefore);
  const lagMs = await contestant.lagMs();
  for (const connection of connections) connection.close();
  const { count } = load.samples;
  const { p50, p99 } = load.samples.latencies();
  return {
    'per s': count / load.seconds,
    'p50 ms': p50,
    'p99 ms': p99,
    errors: [...load.errors.values()].reduce((sum, one) => sum + one, 0),
    ...(lagMs !== undefined && { 'lag ms': lagMs }),
    ...cpuSince(contestant, serverBefore, 'µs', 1e6 / count),
    'client µs': (user + system) / count,
  };
};

interface AppendAims {
  /** Of the throughput of the peer that keeps everything in memory; ours has its default durability. */
  readonly ofMemory: number;
  /** Of that of the peer that forces every append to disk; so does ours then. */
  readonly ofFsync: number;
}

const aims = (scenario: string, rows: readonly Row[], wanted: AppendAims): Compared[] => {
  const found: Compared[] = [];
  const ofMemory = ratio(rows, 'per s', 'reveille', 'peer memory');
  if (ofMemory !== undefined) found.push(atLeast(`${scenario}: × peer memory`, wanted.ofMemory, ofMemory));
  const ofFsync = ratio(rows, 'per s', 'reveille fsync', 'peer fsync');
  if (ofFsync !== undefined) found.push(atLeast(`${scenario}: fsync × peer fsync`, wanted.ofFsync, ofFsync));
  for (const server of ['reveille', 'reveille fsync'])
    found.push(
      atMost(`${scenario}: ${server}, greatest lag ms`, LAG_MS, Math.max(...valuesOf(rows, server, 'lag ms'))),
    );
  return found;
};

/** 150 bytes of JSON a request, over 64 connections, to so many streams. */
export const appendTo =
  (count: number, wanted: AppendAims) =>
  async (arena: Arena): Promise<Result> => {
    const scenario = `append ${String(count)}`;
    const { seconds, rounds } = arena.options;
    const contestants = await arena.contestants('reveille', 'peer memory', 'reveille fsync', 'peer fsync');
    const all = await takeTurns(contestants, rounds, async (contestant) => {
      const paths = await createStreams(contestant, count);
      return measure(contestant, anyOf(paths.map((path) => append(contestant, path, BODY))), seconds);
    });
    const rows = all.map((one) => rowOf(scenario, one));
    return { rows, aims: aims(scenario, rows, wanted) };
  };
