import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { referencePages } from './reference.js';

const folder = new URL('../../../../docs/reference/', import.meta.url);

describe('docs/reference', () => {
  it('is what the code says', async () => {
    for (const [name, text] of await referencePages())
      expect([name, (await readFile(new URL(name, folder), 'utf8')) === text]).toEqual([name, true]);
  });
});
