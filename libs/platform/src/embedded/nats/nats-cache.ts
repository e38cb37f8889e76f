import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { compareVersions, isNewEnough, versionOf } from './nats-version.js';

export interface NatsBinary {
  readonly path: string;
  /** e.g. `2.15.1` */
  readonly version: string;
}

/** Downloads shared by all projects of this user. REVEILLE_CACHE_DIR overrides the XDG place. */
export const cacheDir = (env: NodeJS.ProcessEnv = process.env): string =>
  env['REVEILLE_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'reveille');

const PREFIX = 'nats-server-';
const SUFFIX = `-${process.platform}-${process.arch}`;

/** The newest usable server in the cache. Its folder name was written after the binary had proved its version. */
export const newestCached = async (dir: string): Promise<NatsBinary | undefined> => {
  const names = await readdir(dir).catch(() => []);
  const found = names
    .filter((name) => name.startsWith(PREFIX) && name.endsWith(SUFFIX))
    .map((name) => name.slice(PREFIX.length, -SUFFIX.length))
    .filter((version) => /^\d/.test(version) && isNewEnough(version))
    .sort((a, b) => compareVersions(b, a));
  for (const version of found) {
    const path = join(dir, `${PREFIX}${version}${SUFFIX}`, 'nats-server');
    if (
      await stat(path).then(
        (s) => s.isFile(),
        () => false,
      )
    )
      return { path, version };
  }
  return undefined;
};

/** A private folder in the cache to unpack into: same file system as the final place, so that a rename is atomic. */
export const withWorkFolder = async <T>(dir: string, use: (folder: string) => Promise<T>): Promise<T> => {
  await mkdir(dir, { recursive: true });
  const folder = await mkdtemp(join(dir, 'work-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Puts an unpacked server into the cache, whole or not at all; a concurrent launcher that was first wins.
 * @throws Error when the binary does not run here or is too old.
 */
export const install = async (dir: string, unpacked: string, work: string): Promise<NatsBinary> => {
  const version = await versionOf(unpacked);
  if (version === undefined) throw new Error('the binary does not run on this system');
  if (!isNewEnough(version)) throw new Error(`it has only version ${version}`);
  const staged = join(work, 'staged');
  await mkdir(staged, { mode: 0o755 });
  await cp(unpacked, join(staged, 'nats-server'));
  await chmod(join(staged, 'nats-server'), 0o755);
  const target = join(dir, `${PREFIX}${version}${SUFFIX}`);
  await rename(staged, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return { path: join(target, 'nats-server'), version };
};
