import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { configurationTable } from '@app/platform';
import { Ajv } from 'ajv';
import { curlLines } from '../../apps/standalone/src/banner.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Without blocks of code: what is in there is not Markdown. */
const prose = (path: string): string => text(path).replace(/^```.*?^```/gms, '');

describe('the documentation', () => {
  it.each(['README.md', 'docs/reference/configuration.md'])('has the table of the configuration in %s', (path) => {
    expect(text(path)).toContain(
      `<!-- configuration: written by configurationTable() in libs/platform -->\n\n${configurationTable()}\n<!-- /configuration -->`,
    );
  });

  it('shows the lines that are printed at the start', () => {
    for (const line of curlLines('http://127.0.0.1:4437')) expect(text('README.md')).toContain(`${line}\n`);
  });

  it('has no link to a file that is not there', () => {
    const broken = pages.flatMap((page) =>
      [...prose(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
        .map(([, target]) => target ?? '')
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('can be found from its index', () => {
    const index = text('docs/README.md');
    const lost = pages
      .filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
      .filter((page) => !index.includes(`](${relative('docs', page)})`));
    expect(lost).toEqual([]);
  });

  it('names no command, script or example that does not exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Readonly<Record<string, string>> };
    const unknown = pages.flatMap((page) => [
      ...[...text(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)]
        .map(([, name]) => name ?? '')
        .filter((name) => !(name in scripts)),
      ...[...text(page).matchAll(/start\.mjs example:([\w-]+)/g)]
        .map(([, name]) => `examples/${name ?? ''}/main.ts`)
        .filter((path) => !existsSync(join(root, path))),
    ]);
    expect(unknown).toEqual([]);
  });

  it('names no folder in code marks that does not exist', () => {
    const folders = pages
      .filter((page) => page !== 'CHANGELOG.md')
      .flatMap((page) => [...prose(page).matchAll(/`((?:apps|libs|test|examples|scripts|deploy|docs)\/[\w./-]*)`/g)])
      .map(([, path]) => path ?? '');
    expect(folders.length).toBeGreaterThan(10);
    expect(folders.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('keeps lines short enough to be read', () => {
    const long = pages.flatMap((page) =>
      prose(page)
        .split('\n')
        .filter((line) => line.length > 160 && !line.startsWith('|') && !line.includes(']('))
        .map((line) => `${page}: ${line.slice(0, 60)}…`),
    );
    expect(long).toEqual([]);
  });
});

describe('the description of the subjects', () => {
  const document = JSON.parse(text('docs/reference/asyncapi.json')) as {
    readonly channels: Readonly<Record<string, { readonly address: string }>>;
  };

  it('is AsyncAPI', () => {
    const require = createRequire(import.meta.url);
    const rules = require('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(rules);
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, channels: [] })).toBe(false);
  });

  it('says in words what it says to machines', () => {
    const words = text('docs/reference/subjects-and-messages.md');
    for (const { address } of Object.values(document.channels))
      expect(words).toContain(address.replace('{path}', '{path…}'));
  });
});
