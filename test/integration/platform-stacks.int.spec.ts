import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from '@swc/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const SCRIPT = new URL('../../scripts/source-stacks.mjs', import.meta.url).href;
const SOURCE = `interface Gone {
  readonly one: string;
}

export const fail = (gone: Gone): never => {
  throw new RangeError(gone.one);
};
`;

let folder: string;

const compile = (name: string): string => {
  const { code, map } = transformSync(SOURCE, {
    filename: `${name}.ts`,
    sourceFileName: `../src/${name}.ts`,
    sourceMaps: true,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
  });
  const file = join(folder, 'dist', `${name}.js`);
  writeFileSync(file, code);
  if (map !== undefined) writeFileSync(`${file}.map`, map);
  return pathToFileURL(file).href;
};

/** Stack of an error that the module throws in a process whose stacks are shown for `shown`. */
const stackOf = async (module: string, shown: string): Promise<string> => {
  const program = `
    const { showSources } = await import('${SCRIPT}');
    showSources('${shown}');
    const { fail } = await import('${module}');
    try { fail({ one: 'it failed' }); } catch (error) { console.log(error.stack); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  return stdout;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reveille-stacks-'));
  mkdirSync(join(folder, 'dist'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the stack of an error', () => {
  it('names our sources', async () => {
    const stack = await stackOf(compile('one'), join(folder, 'dist'));
    expect(stack).toContain('RangeError: it failed\n');
    expect(stack).toContain(`at fail (${join(folder, 'src', 'one.ts')}:6:`);
  });

  it('is left alone for the files of others, and where there is no map', async () => {
    const module = compile('two');
    expect(await stackOf(module, join(folder, 'elsewhere'))).toContain('/dist/two.js:');
    rmSync(join(folder, 'dist', 'two.js.map'));
    expect(await stackOf(module, join(folder, 'dist'))).toContain('/dist/two.js:');
  });
});
