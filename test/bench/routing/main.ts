import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROUTING_MODES, type RoutingMode } from '@app/platform';
import { machine } from '../measure/machine.js';
import { benchmark, removeFolder, temporaryFolder } from '../until-told.js';
import { GatewayFleet } from './gateway-fleet.js';
import { runKills } from './kills.js';
import { prepareMixed, runMixed, warmUp, type MixedRun } from './mixed.js';

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

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

interface Mixed {
  readonly runs: readonly MixedRun[];
  /** Requests of two gateways for each of one. */
  readonly ratio: number;
  /** The same that the CPU would allow: of one for each of two. */
  readonly cpuRatio: number;
}

/** One gateway and two take turns, so that what else the machine does meets both. */
const mixed = async (fleets: readonly GatewayFleet[]): Promise<Mixed> => {
  const runs: MixedRun[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const fleet of fleets) {
      const run = await runMixed(fleet, CLIENTS, Number(values.seconds) * 1000);
      runs.push(run);
      say(`mixed, gateways ${String(run.gateways)}: ${String(run.perSecond)}/s ${JSON.stringify(run)}`);
    }
  const of = (gateways: number, value: (run: MixedRun) => number): number =>
    median(runs.filter((run) => run.gateways === gateways).map(value));
  const perSecond = (run: MixedRun): number => run.perSecond;
  const cpu = (run: MixedRun): number => run.cpu.gateways + run.cpu.broker + run.cpu.client;
  return { runs, ratio: of(2, perSecond) / of(1, perSecond), cpuRatio: of(1, cpu) / of(2, cpu) };
};

/** Each way to route, one after the other. */
const measureAll = async (routing: RoutingMode): Promise<object> => {
  const dataDir = temporaryFolder();
  const fleets: GatewayFleet[] = [];
  /** With a broker of its own, prepared and warm. */
  const start = async (gateways: number): Promise<GatewayFleet> => {
    const fleet = await GatewayFleet.start(join(dataDir, String(gateways)), { REVEILLE_ROUTING: routing });
    fleets.push(fleet);
    for (let n = 0; n < gateways; n += 1) await fleet.add();
    await prepareMixed(fleet.urls[0] ?? '');
    await warmUp(fleet, CLIENTS);
    return fleet;
  };
  try {
    await start(1);
    const two = await start(2);
    const throughput = await mixed(fleets);
    say(`${routing}: two gateways / one: ${throughput.ratio.toFixed(2)}, by CPU ${throughput.cpuRatio.toFixed(2)}`);
    const [killer = '', writers = ''] = two.urls;
    const clients = Number(values['kill-clients']);
    const kills = await runKills(killer, writers, { kills: Number(values.kills), clients });
    say(`kills: ${JSON.stringify(kills)}`);
    return { routing, throughput, kills };
  } finally {
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
