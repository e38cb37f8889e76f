import { Bench } from './bench.js';
import { Connection } from './client/connection.js';
import { machine } from './measure/machine.js';
import { serverUse } from './measure/server-process.js';
import type { Measurement } from './measurement.js';
import type { Options } from './options.js';
import { figuresTable, memoryTable, targetsTable } from './report/tables.js';
import { ratiosOf, ratiosTable } from './report/ratios.js';
import { compare, compareRatios } from './report/targets.js';
import { runScenarios } from './scenarios/index.js';
import { serverFacts } from './server-facts.js';

const say = (text: string): void => void process.stderr.write(text);

/** All scenarios against a running server. @returns what goes into the JSON. */
export const runLoad = async (options: Options): Promise<object> => {
  const control = new Connection(options.url);
  const before = machine();
  const server = await serverFacts(control);
  const memory = options.pid === undefined ? undefined : serverUse(options.pid);
  say(
    `${before.cpu}, ${String(before.cores)} cores, ${String(before.memoryGb)} GB, node ${before.node}, ` +
      `load average ${before.loadAverage.toFixed(1)}; client on the same machine\n` +
      `${options.url}: durability ${server.durability}, ${JSON.stringify(server.ready)}\n`,
  );
  if (memory) say(memoryTable(memory));

  const bench = new Bench(options, control);
  const measurements: Measurement[] = [];
  for await (const one of runScenarios(bench)) {
    measurements.push(one);
    say(`${one.scenario}, ${one.load}, ${one.asker}: ${String(Math.round(one.perSecond))}/s\n`);
  }
  await control.close();

  const { loadAverage } = machine();
  const ratios = ratiosOf(measurements);
  const targets = [...compare(measurements), ...compareRatios(ratios)];
  say(`\n${figuresTable(measurements)}\n${ratiosTable(ratios)}\n`);
  say(`${targetsTable(targets)}load average at the end ${loadAverage.toFixed(1)}\n`);
  return {
    machine: before,
    loadAverageAfter: loadAverage,
    server,
    memoryBefore: memory,
    measurements,
    ratios,
    targets,
  };
};
