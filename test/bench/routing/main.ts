import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROUTING_MODES, type RoutingMode } from '@app/platform';
import { machine } from '../measure/machine.js';
import { GatewayFleet } from './gateway-fleet.js';
import { runKills } from './kills.js';
import { prepareMixed, runMixed, type MixedRun } from './mixed.js';

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
const mixed = async (fleet: GatewayFleet): Promise<Mixed> => {
  const runs: MixedRun[] = [];
  const measure = async (urls: readonly string[]): Promise<void> => {
    const run = await runMixed(urls, Number(values.clients), Number(values.seconds) * 1000);
    runs.push(run);
    say(`mixed, gateways ${String(urls.length)}: ${String(run.perSecond)}/s ${JSON.stringify(run)}`);
  };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await measure(fleet.urls);
    await fleet.add();
    await measure(fleet.urls);
    await fleet.removeLast();
  }
  const of = (gateways: number, value: (run: MixedRun) => number): number =>
    median(runs.filter((run) => run.gateways === gateways).map(value));
  const perSecond = (run: MixedRun): number => run.perSecond;
  const cpu = (run: MixedRun): number => run.cpu.gateways + run.cpu.broker + run.cpu.client;
  return { runs, ratio: of(2, perSecond) / of(1, perSecond), cpuRatio: of(1, cpu) / of(2, cpu) };
};

/** Each way to route, one after the other. */
const measureAll = async (routing: RoutingMode): Promise<object> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'reveille-bench-routing-'));
  const fleet = await GatewayFleet.start(dataDir, { REVEILLE_ROUTING: routing });
  try {
    await fleet.add();
    await prepareMixed(fleet.urls[0] ?? '');
    const throughput = await mixed(fleet);
    say(`two gateways / one: ${throughput.ratio.toFixed(2)}, by CPU ${throughput.cpuRatio.toFixed(2)}`);
    await fleet.add();
    const [killer = '', writers = ''] = fleet.urls;
    const clients = Number(values['kill-clients']);
    const kills = await runKills(killer, writers, { kills: Number(values.kills), clients });
    say(`kills: ${JSON.stringify(kills)}`);
    return { routing, throughput, kills };
  } finally {
    await fleet.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

const before = machine();
const results: object[] = [];
for (const routing of ROUTING_MODES)
  if (values.routing.split(',').includes(routing)) results.push(await measureAll(routing));
process.stdout.write(
  `${JSON.stringify({ machine: before, loadAverageAfter: machine().loadAverage, results }, null, 2)}\n`,
);
