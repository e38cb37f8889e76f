import { chmod, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbeddedError } from './embedded-error.js';
import { tryLock } from './file-lock.js';

export interface DataDir {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly release: () => Promise<void>;
}

/** As root the database user must pass through the folder, though not look into it. */
const folderMode = (): number => (process.getuid?.() === 0 ? 0o711 : 0o700);

/** Creates a folder with the mode we need, whatever the umask is. One that exists is somebody's choice: left as it is. */
export const makeFolder = async (path: string): Promise<string> => {
  const created = await mkdir(path, { recursive: true, mode: folderMode() });
  if (created !== undefined) await chmod(path, folderMode());
  return path;
};

/**
 * Creates the data directory, proves it writable and locks it for this process.
 * @throws EmbeddedError when it cannot be written or another live process holds it.
 */
export const openDataDir = async (wanted: string): Promise<DataDir> => {
  const path = await prepare(resolve(wanted));
  const lock = await tryLock(join(path, 'lock'));
  if (!lock.held) {
    throw new EmbeddedError(
      `the data directory ${path} is in use by process ${lock.byPid}: stop that process, or set REVEILLE_DATA_DIR to another directory`,
    );
  }
  return { path, release: lock.release };
};

const prepare = async (wanted: string): Promise<string> => {
  try {
    const path = await realpath(await makeFolder(wanted));
    const probe = join(path, `.writable-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
    return path;
  } catch (error) {
    throw new EmbeddedError(
      `cannot write the data directory ${wanted} (${(error as Error).message}): fix its permissions, or set REVEILLE_DATA_DIR to a directory you own`,
      { cause: error },
    );
  }
};
