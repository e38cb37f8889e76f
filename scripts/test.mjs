/*
 * Runs jest with the given arguments and ends with the line `N passed, N failed`, counted from jest's own JSON.
 * Stricter than jest: no test at all, a skipped or a todo test, and a suite that could not run are failures.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

// A project first, then what jest takes: file patterns, `-t name`. Jest itself would take a pattern for one more project.
const PROJECTS = ['unit', 'int', 'e2e'];
const [first, ...others] = process.argv.slice(2);
const args = PROJECTS.includes(first) ? [...others, '--selectProjects', first] : process.argv.slice(2);
// With a name filter jest reports everything filtered out as pending.
const filtersByName = args.some((arg) => /^(-t|--testNamePattern)/.test(arg));

const folder = mkdtempSync(join(tmpdir(), 'reveille-test-'));
const resultFile = join(folder, 'result.json');

const jest = spawn(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules', 'jest', 'bin', 'jest.js')],
    ...['-c', 'jest.config.mjs', '--json', `--outputFile=${resultFile}`, ...args],
  ],
  { cwd: root, stdio: 'inherit' },
);

const KILL_AFTER_MS = 15_000;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    jest.kill(signal);
    setTimeout(() => jest.kill('SIGKILL'), KILL_AFTER_MS).unref();
  });
}

const readResult = () => {
  try {
    return JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    return undefined;
  }
};

const problemsOf = (result, passed, failed, exit) => {
  if (!result) return ['jest wrote no result'];
  const problems = [];
  if (passed + failed === 0) problems.push('no test was executed');
  if (result.numRuntimeErrorTestSuites > 0) {
    problems.push(`${result.numRuntimeErrorTestSuites} test file(s) could not run (counted as failed)`);
  }
  const skipped = filtersByName ? 0 : result.numPendingTests + result.numTodoTests;
  if (skipped > 0) problems.push(`${skipped} skipped or todo test(s): none are allowed`);
  if (exit !== 0 && failed === 0) problems.push(`jest ended with ${exit}`);
  return problems;
};

jest.on('close', (code, signal) => {
  const result = readResult();
  rmSync(folder, { recursive: true, force: true });
  const passed = result?.numPassedTests ?? 0;
  const failed = result ? result.numFailedTests + result.numRuntimeErrorTestSuites : 1;
  const problems = problemsOf(result, passed, failed, code ?? signal);
  for (const problem of problems) console.log(`error: ${problem}`);
  process.exitCode = failed > 0 || problems.length > 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed`);
});
