import { createHash, randomBytes } from 'node:crypto';
import { chmod, cp, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../data-dir.js';
import { EmbeddedError, type Progress } from '../embedded-error.js';
import { postgresPackage } from './postgres-binaries.js';
import { canTraverse, databaseUser, type SystemUser } from './postgres-user.js';

export interface PostgresPlace {
  /** Our folder: log, password and the database's own directory `data`. */
  readonly dir: string;
  readonly bin: string;
  /** Set when we are root. */
  readonly user: SystemUser | undefined;
}

// Traversable for every user, kept over reboots.
const ROOT_PLACE = '/var/lib/reveille';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Decides where binaries and data live. Normally that is npm's folder and `wanted`; as root both must be reachable for
 * the database user, and what is not (a project under a 0700 home) goes under /var/lib/reveille.
 * @throws EmbeddedError when data exists where the database can no longer reach it.
 */
export const choosePlace = async (wanted: string, progress: Progress): Promise<PostgresPlace> => {
  const dir = await makeFolder(wanted);
  const { native, version } = postgresPackage();
  const user = await databaseUser();
  if (!user) return { dir, bin: join(native, 'bin'), user };
  return {
    dir: await reachableDir(dir, user, progress),
    bin: join(await reachableNative(native, version, user), 'bin'),
    user,
  };
};

const reachableDir = async (dir: string, user: SystemUser, progress: Progress): Promise<string> => {
  const path = await realpath(dir);
  const moved = movedDir(path);
  const reachable = await canTraverse(path, user);
  // Data that was moved once stays where it is, even if the folder has become reachable since.
  if (reachable && !(await exists(join(moved, 'data')))) return path;
  if (await exists(join(path, 'data'))) {
    if (reachable) return path;
    throw new EmbeddedError(
      `the database in ${path} cannot be reached by user ${user.name} any more: make every folder above it traversable (chmod o+x)`,
    );
  }
  await makeFolder(ROOT_PLACE);
  await makeFolder(dirname(moved));
  progress(`the database user ${user.name} cannot reach ${path}: the database is kept in ${moved}`);
  return makeFolder(moved);
};

/** The same folder always gets the same place. */
const movedDir = (path: string): string => {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(ROOT_PLACE, 'data', hash);
};

const reachableNative = async (native: string, version: string, user: SystemUser): Promise<string> => {
  if (await canTraverse(await realpath(join(native, 'bin')), user)) return native;
  const copy = join(await makeFolder(ROOT_PLACE), `postgres-${version}`);
  if (await exists(copy)) return copy;
  const staged = `${copy}.${randomBytes(6).toString('hex')}`;
  try {
    await cp(native, staged, { recursive: true, verbatimSymlinks: true });
    await chmod(staged, 0o755);
    await rename(staged, copy).catch((error: NodeJS.ErrnoException) => {
      // Another launcher has just put the same files there.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  return copy;
};

// Where its launcher was killed, a server that ends writes its last files meanwhile.
const REMOVAL = { recursive: true, force: true, maxRetries: 20, retryDelay: 20 };

/** Deletes everything of a database wherever it was put. For tests. */
export const removePlace = async (wanted: string): Promise<void> => {
  const moved = await realpath(wanted).then(movedDir, () => undefined);
  for (const place of moved ? [moved, wanted] : [wanted]) await rm(place, REMOVAL);
};
