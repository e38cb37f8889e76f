import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { access, constants } from 'node:fs/promises';
import { EmbeddedError, silent, type Progress } from '../embedded-error.js';
import { tryLock } from '../file-lock.js';
import { waitUntil } from '../wait-until.js';
import { cacheDir, newestCached, type NatsBinary } from './nats-cache.js';
import { fetchDebianPackage } from './nats-debian.js';
import { downloadRelease } from './nats-release.js';
import { isNewEnough, OLDEST_NATS, versionOf } from './nats-version.js';

// Two slow sources one after the other, and then some.
const OTHER_LAUNCHER_MS = 300_000;

/**
 * Finds a usable nats-server: on PATH, in our cache, else fetches one into the cache.
 * The pinned release comes before the distribution's package: one small file and the version we tested. Where it cannot
 * be reached that is known within 2.5 s and remembered for hours.
 * @throws EmbeddedError naming everything that was tried.
 */
export const findNatsServer = async (progress: Progress = silent): Promise<NatsBinary> => {
  const onPath = await findOnPath(progress);
  if (onPath) return onPath;
  const cache = cacheDir();
  return (await newestCached(cache)) ?? fetchOnce(cache, progress);
};

const findOnPath = async (progress: Progress): Promise<NatsBinary | undefined> => {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, 'nats-server');
    if (
      !(await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const version = await versionOf(path);
    if (version !== undefined && isNewEnough(version)) return { path, version };
    progress(`${path} is not used: version ${version ?? 'unknown'}, at least ${OLDEST_NATS} is needed`);
    return undefined;
  }
  return undefined;
};

// One launcher fetches, the others wait for it and then find the cache filled.
const fetchOnce = async (cache: string, progress: Progress): Promise<NatsBinary> => {
  await mkdir(cache, { recursive: true }).catch((error: Error) => {
    throw new EmbeddedError(`cannot write the cache ${cache} (${error.message}): set REVEILLE_CACHE_DIR`);
  });
  const found = await waitUntil(
    async () => {
      const cached = await newestCached(cache);
      if (cached) return cached;
      const lock = await tryLock(join(cache, 'fetch.lock'));
      if (!lock.held) return undefined;
      try {
        return (await newestCached(cache)) ?? (await fetchNats(cache, progress));
      } finally {
        await lock.release();
      }
    },
    { withinMs: OTHER_LAUNCHER_MS, everyMs: 100 },
  );
  if (!found) throw new EmbeddedError(`another launcher holds ${join(cache, 'fetch.lock')}: stop it and start again`);
  return found;
};

const fetchNats = async (cache: string, progress: Progress): Promise<NatsBinary> => {
  const sources = { 'official release': downloadRelease, 'distribution package': fetchDebianPackage };
  const failures: string[] = [];
  for (const [name, fetchFrom] of Object.entries(sources)) {
    try {
      const binary = await fetchFrom(cache, progress);
      progress(`nats-server ${binary.version} is now in ${cache}`);
      return binary;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new EmbeddedError(
    `no nats-server found (${failures.join('; ')}). ` +
      `Install nats-server ${OLDEST_NATS} or newer so that it is on PATH, or set NATS_URL to a running broker with JetStream.`,
  );
};
