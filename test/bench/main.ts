import { writeFileSync } from 'node:fs';
import { measureIdle } from './idle.js';
import { runLoad } from './load-run.js';
import { readOptions, USAGE, type Options } from './options.js';
import { measureRestart } from './restart.js';

const BAD_USAGE = 64;

const run = async (options: Options): Promise<object> => {
  if (options.task === 'restart') return measureRestart();
  if (options.task === 'idle') return measureIdle(options.pid ?? 0);
  return runLoad(options);
};

const main = async (): Promise<void> => {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exitCode = BAD_USAGE;
    return;
  }
  if (options.task === 'help') return void process.stdout.write(USAGE);
  const json = `${JSON.stringify(await run(options), null, 2)}\n`;
  if (options.json === undefined) process.stdout.write(json);
  else writeFileSync(options.json, json);
};

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
