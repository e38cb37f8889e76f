import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { ERRORS, errorEntry, isCatalogueCode } from './error-catalogue.js';
import { errorsMarkdown } from './errors-markdown.js';

const repository = new URL('../../../../', import.meta.url);
const text = (path: string): Promise<string> => readFile(new URL(path, repository), 'utf8');

describe('the error catalogue', () => {
  it('has every code a rule of the domain can refuse with', async () => {
    const source = await text('libs/domain/src/kernel/error-code.ts');
    const codes = [...source.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !isCatalogueCode(code))).toEqual([]);
  });

  it('sends a Retry-After exactly where trying again can help', () => {
    for (const code of Object.keys(ERRORS).filter(isCatalogueCode)) {
      const { status, retry } = errorEntry(code);
      expect(`${code} ${String(retry !== undefined)}`).toBe(`${code} ${String(status === 429 || status === 503)}`);
    }
  });

  it('is what docs/reference/errors.md says', async () => {
    expect(await text('docs/reference/errors.md')).toBe(errorsMarkdown());
  });
});
