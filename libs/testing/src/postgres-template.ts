import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { silent } from '@app/platform/embedded/embedded-error.js';
import { ensureCluster } from '@app/platform/embedded/postgres/initdb.js';
import { choosePlace, type PostgresPlace } from '@app/platform/embedded/postgres/postgres-place.js';
import { runCommand } from '@app/platform/embedded/run-command.js';

const COPY_MS = 60_000;

/** With owners, modes and links. */
const copy = async (files: readonly string[], to: string): Promise<void> => {
  await runCommand('cp', ['-a', ...files, to], { timeoutMs: COPY_MS });
};

const contents = (folder: string): readonly string[] => [join(folder, 'data'), join(folder, 'password')];

/** Whoever is first gives its own; those who were as fast keep theirs to themselves. */
const offer = async (place: PostgresPlace, template: string, folder: string): Promise<void> => {
  const own = await mkdtemp(join(folder, 'offered-'));
  await copy(contents(place.dir), own);
  await rename(own, template).catch(() => rm(own, { recursive: true, force: true }));
};

/**
 * Puts a database cluster that never ran where `dir` says, made once for a run of the tests: a copy costs a tenth of an
 * initdb. `folder`: of this run.
 */
export const seedPostgres = async (dir: string, folder: string): Promise<void> => {
  const place = await choosePlace(dir, silent);
  const template = join(folder, 'postgres');
  const made = await stat(template).then(
    () => true,
    () => false,
  );
  if (made) return copy(contents(template), place.dir);
  await ensureCluster(place, silent);
  await offer(place, template, folder);
};
