import { parseArgs } from 'node:util';

export interface Options {
  readonly url: string;
  /** Process of the server; undefined: its CPU and memory are not reported. */
  readonly pid: number | undefined;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly concurrencies: readonly number[];
  /** Every row also as principals that pass no check but by a grant, in turns. */
  readonly granted: boolean;
  /** Parts of each measurement, between which those that ask take turns. */
  readonly rounds: number;
  /** Names of scenarios, or their first words; empty: all. */
  readonly only: readonly string[];
  /** Where the JSON goes; undefined: stdout. */
  readonly json: string | undefined;
  readonly task: 'load' | 'idle' | 'restart' | 'help';
}

export const USAGE = `usage: npm run bench -- [options]      against a server that is running already

  --url <url>            of the server (default: REVEILLE_URL or http://127.0.0.1:4437)
  --pid <pid>            process of the server: adds its CPU and memory
  --seconds <n>          of each measurement (default: 5)
  --quick                2 seconds each
  --concurrency <n,…>    connections (default: 1,16,64)
  --granted              each row also as principals that have grants instead of passing every check, in turns
  --rounds <n>           parts of each measurement, between which they take turns (default: 5 with --granted, else 1)
  --only <name,…>        scenarios by name or first words, such as --only "send,append to 1"
  --json <file>          writes the JSON there instead of to stdout
  --idle                 only the memory of the idle --pid
  --restart              starts a server of its own with 10,000 entities and measures its restart
`;

const OPTIONS = {
  url: { type: 'string' },
  pid: { type: 'string' },
  seconds: { type: 'string' },
  quick: { type: 'boolean' },
  concurrency: { type: 'string', default: '1,16,64' },
  granted: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  only: { type: 'string', default: '' },
  json: { type: 'string' },
  idle: { type: 'boolean' },
  restart: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not "${text}"`);
  return value;
};

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** @throws when the arguments make no sense. */
export const readOptions = (args: readonly string[], env: NodeJS.ProcessEnv): Options => {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
  if (values.idle && values.pid === undefined) throw new Error('--idle needs the --pid of the server');
  const seconds = positive('seconds', values.seconds ?? (values.quick ? '2' : '5'));
  return {
    url: values.url ?? env['REVEILLE_URL'] ?? 'http://127.0.0.1:4437',
    pid: values.pid === undefined ? undefined : positive('pid', values.pid),
    seconds,
    warmUpSeconds: Math.min(1, seconds / 2),
    concurrencies: list(values.concurrency).map((text) => positive('concurrency', text)),
    granted: values.granted,
    rounds: Math.ceil(positive('rounds', values.rounds ?? (values.granted ? '5' : '1'))),
    only: list(values.only),
    json: values.json,
    task: values.help ? 'help' : values.idle ? 'idle' : values.restart ? 'restart' : 'load',
  };
};
