import { ConfigError, loadConfig, readEndpoints, VARIABLES, type Config } from '@app/platform';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { lag } from './commands/lag.js';
import { migrate } from './commands/migrate.js';
import { projectionNames, rebuildProjection } from './commands/rebuild.js';
import { status } from './commands/status.js';
import { EXIT } from './exit-codes.js';
import { createOutput, type Output } from './output.js';

type Verb = (config: Config, output: Output) => Promise<number>;

const exits = Object.entries(EXIT)
  .map(([name, code]) => `${String(code)} ${name}`)
  .join(', ');

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('must be a whole number');
  return value;
};

const program = new Command('ops')
  .description(
    'the operator’s view of a running system: the standalone of this data directory, or where NATS_URL and DATABASE_URL say',
  )
  .option('--json', 'one JSON document instead of text')
  .addHelpText('after', `\nExit codes: ${exits}`)
  .exitOverride();

const run = async (verb: Verb): Promise<void> => {
  const { json = false } = program.opts<{ json?: boolean }>();
  const dataDir = process.env[VARIABLES.dataDir.name] ?? VARIABLES.dataDir.default;
  // What is set explicitly wins over what a standalone on this data directory wrote down.
  const env = { ...(await readEndpoints(dataDir)), ...process.env };
  process.exitCode = await verb(loadConfig(env, 'ops'), createOutput(json));
};

program
  .command('status')
  .description('broker, database, streams, projections')
  .action(() => run(status));
program
  .command('lag')
  .description('how far each lane is behind')
  .option('--max <messages>', 'exit with "attention" beyond this', count, 10_000)
  .action(({ max }: { max: number }) => run((config, output) => lag(config, output, { max })));
program
  .command('migrate')
  .description('make the tables what this version needs, where the apps may not')
  .action(() => run(migrate));
program
  .command('rebuild')
  .argument('<projection>', projectionNames.join(', '))
  .description('empty a projection and fold the log into it again')
  .action((name: string) => run((config, output) => rebuildProjection(config, output, name)));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.usage;
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.failed;
  }
}
