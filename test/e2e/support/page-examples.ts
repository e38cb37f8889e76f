import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface PageExample {
  /** The heading above it. */
  readonly title: string;
  readonly program: string;
  /** What the page says it prints. */
  readonly output: string;
}

/** The programs of a page: every block of JavaScript with the block of text that follows it. */
export const pageExamples = (path: string): readonly PageExample[] =>
  readFileSync(path, 'utf8')
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const title = section.split('\n', 1)[0] ?? '';
      const found = [...section.matchAll(/```js\n(.*?)```\s+[^`]*```text\n(.*?)```/gs)];
      return found.map(([, program = '', output = '']) => ({ title, program, output }));
    });

/** Runs a program as a module that finds the packages of this repository. */
export const outputOfExample = async (program: string, env: Readonly<Record<string, string>>): Promise<string> => {
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH: process.env['PATH'], ...env },
  });
  return (await run).stdout;
};
