import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROUTING_MODES, type RoutingMode } from '@app/platform';
import { machine } from '../measure/machine.js';
import { median, quartiles, quotients, takeTurns } from '../measure/rounds.js';
import { benchmark, removeFolder, temporaryFolder } from '../until-told.js';
import { GatewayFleet } from './gateway-fleet.js';
import { runKills } from './kills.js';
import { MixedClients, prepareMixed, type MixedRun } from './mixed.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '64' },
    routing: { type: 'string', default: ROUTING_MODES.join(',') },
    kills: { type: 'string', default: '200' },
    'kill-clients': { type: 'string', default: '32' },
  },
});

const CLIENTS = Number(values.clients);

const say = (text: string): void => void process.stderr.write(`${text}\n`);

// So short that the machine has no time to change its speed between one fleet's turn and the other's.
const SLICE_MS = 500;

interface Mixed {
  /** Of the fleet with one gateway, and of the one with two; a slice each. */
  readonly runs: readonly (readonly MixedRun[])[];
  /** Requests of two gateways for each of one: the median of all pairs of neighbours in time. */
  readonly ratio: number;
  /** Between which the middle half of the pairs lies. */
  readonly middle: readonly [number, number];
  /** The same that the CPU would allow: of one for each of two. */
  readonly cpuRatio: number;
}

const cpuOf = ({ cpu }: MixedRun): number => cpu.gateways + cpu.broker + cpu.client;

const summary = (runs: readonly MixedRun[]): string => {
  const of = (value: (run: MixedRun) => number): number => median(runs.map(value));
  const errors = runs.reduce((sum, run) => sum + Object.values(run.errors).reduce((a, b) => a + b, 0), 0);
  return (
    `${of((run) => run.perSecond).toFixed(0)}/s, p99 ${of((run) => run.latencies.p99).toFixed(1)} ms, ` +
    `CPU of a request: gateways ${of((run) => run.cpu.gateways).toFixed(0)} µs, broker ` +
    `${of((run) => run.cpu.broker).toFixed(0)}, client ${of((run) => run.cpu.client).toFixed(0)}; errors ${String(errors)}`
  );
};

/** One gateway and two take turns, so that what else the machine does meets both. */
const mixed = async (fleets: readonly MixedClients[]): Promise<Mixed> => {
  const slices = Math.max(1, Math.round((Number(values.rounds) * Number(values.seconds) * 1000) / SLICE_MS));
  const runs = (await takeTurns(fleets, slices, (fleet) => fleet.measure(SLICE_MS))).map(({ results }) => results);
  for (const all of runs) say(`mixed, gateways ${String(all[0]?.gateways)}: ${summary(all)}`);
  const [one = [], two = []] = runs;
  const of = (all: readonly MixedRun[], value: (run: MixedRun) => number): number[] => all.map(value);
  const pairs = quotients(
    of(two, (run) => run.perSecond),
    of(one, (run) => run.perSecond),
  );
  const cpuRatio = median(quotients(of(one, cpuOf), of(two, cpuOf)));
  return { runs, ratio: median(pairs), middle: quartiles(pairs), cpuRatio };
};

/** Each way to route, one after the other. */
const measureAll = async (routing: RoutingMode): Promise<object> => {
  const dataDir = temporaryFolder();
  const fleets: GatewayFleet[] = [];
  const clients: MixedClients[] = [];
  /** With a broker of its own, prepared and warm. */
  const start = async (gateways: number): Promise<GatewayFleet> => {
    const fleet = await GatewayFleet.start(join(dataDir, String(gateways)), { REVEILLE_ROUTING: routing });
    fleets.push(fleet);
    for (let n = 0; n < gateways; n += 1) await fleet.add();
    await prepareMixed(fleet.urls[0] ?? '');
    const its = await MixedClients.open(fleet, CLIENTS);
    clients.push(its);
    await its.warmUp();
    return fleet;
  };
  try {
    await start(1);
    const two = await start(2);
    const throughput = await mixed(clients);
    const { ratio, middle, cpuRatio } = throughput;
    const half = middle.map((value) => value.toFixed(2)).join('-');
    say(`${routing}: two gateways / one: ${ratio.toFixed(2)} (middle half ${half}), by CPU ${cpuRatio.toFixed(2)}`);
    const [killer = '', writers = ''] = two.urls;
    const killClients = Number(values['kill-clients']);
    const kills = await runKills(killer, writers, { kills: Number(values.kills), clients: killClients });
    say(`kills: ${JSON.stringify(kills)}`);
    return { routing, throughput, kills };
  } finally {
    for (const one of clients) one.close();
    for (const fleet of fleets) await fleet.stop();
    removeFolder(dataDir);
  }
};

await benchmark(async () => {
  const before = machine();
  const results: object[] = [];
  for (const routing of ROUTING_MODES)
    if (values.routing.split(',').includes(routing)) results.push(await measureAll(routing));
  const loadAverageAfter = machine().loadAverage;
  process.stdout.write(`${JSON.stringify({ machine: before, loadAverageAfter, results }, null, 2)}\n`);
});
