import { parseArgs } from 'node:util';

export interface StreamsOptions {
  /** Of each measurement in each round. */
  readonly seconds: number;
  readonly rounds: number;
  /** Names of scenarios, or their first words; empty: all. */
  readonly only: readonly string[];
  /** Without the other server, there is nothing to compare with. */
  readonly peer: boolean;
  /** Of every number of streams, messages, readers and bursts; 1 is what the aims are meant for. */
  readonly scale: number;
  /** Arguments of node for our own processes, such as `--cpu-prof`. */
  readonly nodeArgs: readonly string[];
  /** Where the large log is found, or made for later runs; undefined: made for this run only. */
  readonly largeLog: string | undefined;
  /** Where the JSON goes; undefined: stdout. */
  readonly json: string | undefined;
}

export const USAGE = `usage: npm run bench:streams -- [options]      starts all servers itself

  --only <name,…>     scenarios by name or first words: append, append 1, append 100, read small, read large, sse, burst,
                      memory readers, memory streams (default: all of them)
  --seconds <n>       of each measurement in each round (default: 5)
  --rounds <n>        in which the servers take turns (default: 3)
  --no-peer           ours alone
  --scale <share>     of all numbers of streams, messages and readers, such as 0.01 to try it out (default: 1)
  --node-args="<…>"   for our own node processes, such as --node-args="--cpu-prof --cpu-prof-dir=/tmp/profiles"
  --large-log <dir>   keeps the log of "read large" there and finds it again, so that only the first run has to make it
  --json <file>       writes the JSON there instead of to stdout
`;

const OPTIONS = {
  only: { type: 'string', default: '' },
  seconds: { type: 'string', default: '5' },
  rounds: { type: 'string', default: '3' },
  'no-peer': { type: 'boolean', default: false },
  scale: { type: 'string', default: '1' },
  'node-args': { type: 'string', default: '' },
  'large-log': { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not "${text}"`);
  return value;
};

const parts = (text: string, separator: string): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Undefined when help is asked for. @throws when the arguments make no sense. */
export const readStreamsOptions = (args: readonly string[]): StreamsOptions | undefined => {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
  if (values.help) return undefined;
  return {
    only: parts(values.only, ','),
    seconds: positive('seconds', values.seconds),
    rounds: Math.ceil(positive('rounds', values.rounds)),
    peer: !values['no-peer'],
    scale: positive('scale', values.scale),
    nodeArgs: parts(values['node-args'], ' '),
    largeLog: values['large-log'],
    json: values.json,
  };
};
