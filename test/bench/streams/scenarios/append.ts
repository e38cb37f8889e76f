import { takeTurns } from '../../measure/rounds.js';
import { atMost, type Compared } from '../../report/targets.js';
import type { Arena, Name } from '../arena.js';
import { rowOf, timesTheirs, valuesOf, type Figures, type Result, type Row } from '../results.js';
import { Appender } from './appender.js';

// The machine's own speed changes by half within seconds. Two that are compared meet the same speed only when they take
// turns more often than it changes; so what is measured are many slices, and not a few long rounds.
const SLICE_MS = 500;
const LAG_MS = 1_000;

/** Who is compared: they do not differ in what an acknowledgement is worth to the machine. */
const PAIRS: readonly (readonly Name[])[] = [
  ['reveille', 'peer memory'],
  ['reveille fsync', 'peer fsync'],
];

interface AppendAims {
  /** Of the throughput of the peer that keeps everything in memory; ours has its default durability. */
  readonly ofMemory: number;
  /** Of that of the peer that forces every append to disk; so does ours then. */
  readonly ofFsync: number;
}

const aims = (scenario: string, rows: readonly Row[], wanted: AppendAims): Compared[] => [
  ...timesTheirs(`${scenario}: × peer memory`, wanted.ofMemory, rows, 'reveille', 'peer memory'),
  ...timesTheirs(`${scenario}: fsync × peer fsync`, wanted.ofFsync, rows, 'reveille fsync', 'peer fsync'),
  ...['reveille', 'reveille fsync'].map((server) =>
    atMost(`${scenario}: ${server}, greatest lag ms`, LAG_MS, Math.max(...valuesOf(rows, server, 'lag ms'))),
  ),
];

/** Slice by slice in turns, each round to new streams. */
const compare = async (pair: readonly Appender[], streams: number, arena: Arena): Promise<Map<Appender, Figures[]>> => {
  const { seconds, rounds } = arena.options;
  const found = new Map<Appender, Figures[]>(pair.map((one) => [one, []]));
  for (const one of pair) await one.renew(streams);
  for (let cold = [...pair]; cold.length > 0; cold = cold.filter((one) => !one.isWarm(arena.options.scale)))
    for (const one of cold) await one.measure(SLICE_MS);
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0) for (const one of pair) await one.renew(streams);
    const slices = Math.max(1, Math.round((seconds * 1000) / SLICE_MS));
    for (const { who, results } of await takeTurns(pair, slices, (one) => one.measure(SLICE_MS)))
      found.get(who)?.push(...results);
  }
  return found;
};

/** 150 bytes of JSON a request, over 64 connections, to so many streams. */
export const appendTo =
  (streams: number, wanted: AppendAims) =>
  async (arena: Arena): Promise<Result> => {
    const scenario = `append ${String(streams)}`;
    const rows: Row[] = [];
    for (const names of PAIRS) {
      const pair = await Promise.all((await arena.contestants(...names)).map((one) => Appender.open(one)));
      const found = await compare(pair, streams, arena);
      for (const [{ contestant }, results] of found) rows.push(rowOf(scenario, { who: contestant, results }));
      for (const one of pair) one.close();
    }
    return { rows, aims: aims(scenario, rows, wanted) };
  };
