import { conformanceReport, writeReport } from './report.js';
import { runSetUp, type SetUpResult } from './run.js';
import { SET_UPS } from './set-ups.js';

const USAGE = `usage: npm run conformance:clusters [-- <words of the names of some set-ups>]

Runs the published conformance suite against each set-up: ${SET_UPS.map(({ name }) => name).join(' · ')}.
A run of all of them is written into docs/reference/conformance.md.
`;

const [only = ''] = process.argv.slice(2);
const chosen = SET_UPS.filter(({ name }) => name.includes(only));

const main = async (): Promise<void> => {
  if (chosen.length === 0) {
    process.stderr.write(USAGE);
    process.exitCode = 64;
    return;
  }
  const results: SetUpResult[] = [];
  for (const setUp of chosen) {
    process.stdout.write(`${setUp.name} …\n`);
    const result = await runSetUp(setUp);
    const { passed, failed, skipped, seconds } = result;
    const counts = `${String(passed)} passed, ${String(failed.length)} failed, ${String(skipped.length)} skipped`;
    process.stdout.write(`  ${counts} in ${seconds.toFixed(0)} s\n${failed.map((why) => `  ${why}\n`).join('')}`);
    results.push(result);
  }
  if (results.some(({ passed, failed }) => passed === 0 || failed.length > 0)) process.exitCode = 1;
  if (chosen.length < SET_UPS.length) return;
  const report = await conformanceReport(results, new Date());
  await writeReport(report);
  process.stdout.write(`\n${report}`);
};

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
