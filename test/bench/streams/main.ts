import { writeFileSync } from 'node:fs';
import { machine } from '../measure/machine.js';
import { targetsTable } from '../report/tables.js';
import { benchmark } from '../until-told.js';
import { Arena } from './arena.js';
import { readStreamsOptions, USAGE, type StreamsOptions } from './options.js';
import { pin } from './pinning.js';
import { rowsTable, type Result } from './results.js';
import { scenariosOf } from './scenarios/index.js';

const BAD_USAGE = 64;

const say = (text: string): void => void process.stderr.write(text);

const run = async (options: StreamsOptions): Promise<object> => {
  const before = machine();
  const pinned = pin();
  say(
    `${before.cpu}, ${String(before.cores)} cores, ${String(before.memoryGb)} GB, node ${before.node}, ` +
      `load average ${before.loadAverage.toFixed(1)}; client ${pinned ? 'on the last core' : 'not pinned'}\n`,
  );
  const arena = new Arena(options);
  const results: Result[] = [];
  try {
    for (const scenario of scenariosOf(options.only)) {
      const result = await scenario(arena);
      results.push(result);
      say(`\n${rowsTable(result.rows)}${targetsTable(result.aims)}`);
    }
  } finally {
    await arena.close();
  }
  const after = machine().loadAverage;
  const aims = results.flatMap((one) => one.aims);
  say(`\n${targetsTable(aims)}load average at the end ${after.toFixed(1)}\n`);
  const { seconds, rounds, scale } = options;
  return {
    machine: before,
    loadAverageAfter: after,
    clientPinned: pinned,
    settings: { seconds, rounds, scale },
    rows: results.flatMap(({ rows }) => rows),
    aims,
  };
};

const main = async (): Promise<void> => {
  let options: StreamsOptions | undefined;
  try {
    options = readStreamsOptions(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    process.exitCode = BAD_USAGE;
    return;
  }
  if (!options) return void process.stdout.write(USAGE);
  const json = `${JSON.stringify(await run(options), null, 2)}\n`;
  if (options.json === undefined) process.stdout.write(json);
  else writeFileSync(options.json, json);
};

await benchmark(main);
