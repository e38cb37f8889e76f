import { createHash } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../embedded-error.js';
import { runCommand } from '../run-command.js';
import { install, withWorkFolder, type NatsBinary } from './nats-cache.js';
import { RECOMMENDED_NATS } from './nats-version.js';

const RELEASE = `https://github.com/nats-io/nats-server/releases/download/v${RECOMMENDED_NATS}`;
// A network that drops packets must not cost a first start more than this; the answer of a reachable host takes 0.3 s.
const ANSWER_MS = 2_500;
const BODY_MS = 120_000;
// Not asked again for a while, or every start behind such a firewall would pay for it.
const REMEMBER_MS = 6 * 3_600_000;

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm7' };

/** The pinned official release, checked against its published SHA-256. @throws Error with the reason. */
export const downloadRelease = async (cache: string, progress: Progress): Promise<NatsBinary> => {
  const architecture = ARCHITECTURES[process.arch];
  if (!architecture || !['linux', 'darwin'].includes(process.platform)) {
    throw new Error(`no release is known for ${process.platform} ${process.arch}`);
  }
  const name = `nats-server-v${RECOMMENDED_NATS}-${process.platform}-${architecture}`;
  return withWorkFolder(cache, async (work) => {
    const marker = join(cache, 'release-unreachable');
    if (await isFresh(marker)) throw new Error('the release server could not be reached lately');
    const sums = await get(`${RELEASE}/SHA256SUMS`).catch(async (error: Error) => {
      await writeFile(marker, new Date().toISOString());
      throw error;
    });
    progress(`downloading nats-server ${RECOMMENDED_NATS}`);
    const archive = await get(`${RELEASE}/${name}.tar.gz`);
    verify(archive, expectedSum(sums.toString('utf8'), `${name}.tar.gz`));
    await writeFile(join(work, 'nats.tar.gz'), archive);
    await runCommand('tar', ['-xzf', 'nats.tar.gz'], { cwd: work, timeoutMs: 60_000 });
    return install(cache, join(work, name, 'nats-server'), work);
  });
};

const isFresh = (marker: string): Promise<boolean> =>
  stat(marker).then(
    (s) => Date.now() - s.mtimeMs < REMEMBER_MS,
    () => false,
  );

const get = async (url: string): Promise<Buffer> => {
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(), ANSWER_MS);
  try {
    const response = await fetch(url, { signal: stop.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(), BODY_MS);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new Error(stop.signal.aborted ? 'no answer in time' : reasonOf(error as Error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
};

// fetch says only "fetch failed"; the cause says why.
const reasonOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);

const expectedSum = (sums: string, file: string): string => {
  const line = sums.split('\n').find((l) => l.trim().endsWith(file));
  const sum = line?.trim().split(/\s+/)[0];
  if (!sum || !/^[0-9a-f]{64}$/.test(sum)) throw new Error(`the release has no checksum for ${file}`);
  return sum;
};

const verify = (archive: Buffer, expected: string): void => {
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new Error(`checksum mismatch: expected ${expected}, got ${actual}`);
};
