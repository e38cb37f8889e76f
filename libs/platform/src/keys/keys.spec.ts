import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSigningKeys } from './key-file.js';
import { formatSigningKeys, newSigningKey, parseSigningKeys } from './signing-key.js';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reveille-keys-'));
  file = join(dir, 'signing.key');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the key file', () => {
  it('is created once, for its owner only, and read again', async () => {
    const first = await loadSigningKeys({ file });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await loadSigningKeys({ file })).toEqual(first);
    expect(await readdir(dir)).toEqual(['signing.key']);
  });

  it('has one winner when several processes create it', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => loadSigningKeys({ file })));
    expect(new Set(all.map(({ current }) => current.id)).size).toBe(1);
  });

  it('is refused when others may read it', async () => {
    await loadSigningKeys({ file });
    await chmod(file, 0o640);
    await expect(loadSigningKeys({ file })).rejects.toThrow('can be read by others');
  });

  it('is refused when it holds no key', async () => {
    await writeFile(file, 'oops', { mode: 0o600 });
    await expect(loadSigningKeys({ file })).rejects.toThrow('is not usable');
  });

  it('may hold the last key after a new one, for checking', async () => {
    const { current: previous } = await loadSigningKeys({ file });
    const rotated = { current: newSigningKey(), previous };
    await writeFile(file, formatSigningKeys(rotated));
    expect(await loadSigningKeys({ file })).toEqual(rotated);
  });

  it('is not looked at when a key is configured', async () => {
    const configured = formatSigningKeys({ current: newSigningKey(), previous: undefined });
    await loadSigningKeys({ file, configured });
    expect(await readdir(dir)).toEqual([]);
  });
});

describe('key texts', () => {
  it('may be hex or base64url, two with a comma', () => {
    const { current, previous } = parseSigningKeys(`${'ab'.repeat(32)},${Buffer.alloc(32, 7).toString('base64url')}`);
    expect([current.secret[0], previous?.secret[0]]).toEqual([0xab, 7]);
  });

  it.each(['', 'abc', `${'ab'.repeat(31)}`, Array(3).fill('ab'.repeat(32)).join(',')])('%j is refused', (text) => {
    expect(() => parseSigningKeys(text)).toThrow(/^must be/);
  });
});
