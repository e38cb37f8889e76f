import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatSigningKeys, newSigningKey, parseSigningKeys, type SigningKeys } from './signing-key.js';

export interface KeySource {
  /** From the configuration; wins over the file. */
  readonly configured?: string | undefined;
  readonly file: string;
}

/**
 * The keys of this installation: configured, or from the file, which is created with a new key when missing.
 * @throws Error when others may read the file, or it holds no keys.
 */
export const loadSigningKeys = async ({ configured, file }: KeySource): Promise<SigningKeys> => {
  if (configured) return parseSigningKeys(configured);
  return (await readKeys(file)) ?? createKeys(file);
};

const readKeys = async (file: string): Promise<SigningKeys | undefined> => {
  const mode = await stat(file).then((s) => s.mode, absent);
  if (mode === undefined) return undefined;
  if ((mode & 0o077) !== 0) {
    throw new Error(
      `${file} can be read by others: its keys count as known. Remove it, or chmod 600 if you know better`,
    );
  }
  try {
    return parseSigningKeys(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not usable: it ${(error as Error).message}`, { cause: error });
  }
};

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
};

// Linked into place complete: of two processes that start at once the first wins and both use its key.
const createKeys = async (file: string): Promise<SigningKeys> => {
  await mkdir(dirname(file), { recursive: true });
  const keys = { current: newSigningKey(), previous: undefined };
  const staged = await stage(file, keys);
  try {
    await link(staged, file);
    return keys;
  } catch (error) {
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readKeys(file) : undefined;
    if (!theirs) throw error;
    return theirs;
  } finally {
    await rm(staged, { force: true });
  }
};

const stage = async (file: string, keys: SigningKeys): Promise<string> => {
  const staged = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(staged, 'wx', 0o600);
  try {
    await handle.writeFile(formatSigningKeys(keys));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return staged;
};
