import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How long the server under test lets a long-poll wait; two tests of the suite allow for less than five seconds. */
export const LONG_POLL_TIMEOUT_MS = 500;

interface Outcome {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo';
  readonly failureMessages: readonly string[];
}

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly Outcome[] }[];
}

export interface ConformanceResult {
  readonly total: number;
  readonly passed: number;
  readonly skipped: readonly string[];
  /** With the first line of what went wrong. */
  readonly failed: readonly string[];
}

const readReport = async (file: string, output: string): Promise<Report> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } catch (cause) {
    throw new Error(`the suite left no report:\n${output}`, { cause });
  }
};

/** Runs the published suite against a server, in a process and a runner of its own. `folder`: for its report. */
export const runConformance = async (url: string, folder: string): Promise<ConformanceResult> => {
  const report = join(folder, 'conformance.json');
  const args = ['--config', 'test/conformance/vitest.config.mjs', '--reporter=json', `--outputFile.json=${report}`];
  const suite = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      CONFORMANCE_URL: url,
      LONG_POLL_TIMEOUT_MS: String(LONG_POLL_TIMEOUT_MS),
    },
  });
  let output = '';
  for (const stream of [suite.stdout, suite.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(suite, 'close');
  const outcomes = (await readReport(report, output)).testResults.flatMap(({ assertionResults }) => assertionResults);
  const named = (...statuses: readonly Outcome['status'][]): readonly Outcome[] =>
    outcomes.filter(({ status }) => statuses.includes(status));
  return {
    total: outcomes.length,
    passed: named('passed').length,
    skipped: named('skipped', 'pending', 'todo').map(({ fullName }) => fullName),
    failed: named('failed').map(({ fullName, failureMessages: [why = ''] }) => `${fullName}: ${why.split('\n', 1)[0]}`),
  };
};
