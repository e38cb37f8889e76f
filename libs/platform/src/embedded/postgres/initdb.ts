import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError, type Progress } from '../embedded-error.js';
import { runCommand } from '../run-command.js';
import type { PostgresPlace } from './postgres-place.js';

export const SUPERUSER = 'reveille';
const INITDB_MS = 120_000;

export const dataOf = (place: PostgresPlace): string => join(place.dir, 'data');
const passwordFile = (place: PostgresPlace): string => join(place.dir, 'password');

/**
 * Creates the database cluster unless it exists, and returns the password of its superuser.
 * @throws EmbeddedError when the existing one belongs to another user or has lost its password.
 */
export const ensureCluster = async (place: PostgresPlace, progress: Progress): Promise<string> => {
  const owner = await stat(dataOf(place)).then(
    (s) => s.uid,
    () => undefined,
  );
  if (owner === undefined) return createCluster(place, progress);
  const runAs = place.user?.uid ?? process.getuid?.() ?? owner;
  if (owner !== runAs) {
    throw new EmbeddedError(
      `the database in ${dataOf(place)} belongs to user id ${owner}, not ${runAs}: start as the user of before, or change its owner`,
    );
  }
  return readFile(passwordFile(place), 'utf8').catch((error: Error) => {
    throw new EmbeddedError(
      `cannot read the database password (${error.message}): restore that file or remove ${place.dir}`,
    );
  });
};

const createCluster = async (place: PostgresPlace, progress: Progress): Promise<string> => {
  progress('creating the database');
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile(place), password, { mode: 0o600 });
  // initdb runs as the other user, who can write only into a folder of its own.
  const staging = join(place.dir, `initdb-${randomBytes(6).toString('hex')}`);
  await mkdir(staging, { mode: 0o700 });
  try {
    const handedOver = join(staging, 'password');
    await writeFile(handedOver, password, { mode: 0o600 });
    if (place.user) for (const path of [staging, handedOver]) await chown(path, place.user.uid, place.user.gid);
    await runInitdb(place, join(staging, 'data'), handedOver);
    // The final name exists only for a complete cluster, so an interrupted initdb leaves nothing in the way.
    await rename(join(staging, 'data'), dataOf(place));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return password;
};

const runInitdb = async (place: PostgresPlace, data: string, passwordPath: string): Promise<void> => {
  // The built-in locale sorts by code point and is the same on every machine.
  const locale = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${SUPERUSER}`, `--pwfile=${passwordPath}`, '--auth=scram-sha-256'];
  try {
    await runCommand(join(place.bin, 'initdb'), [`--pgdata=${data}`, ...access, ...locale], {
      cwd: '/',
      timeoutMs: INITDB_MS,
      env: serverEnvironment(),
      user: place.user,
    });
  } catch (error) {
    throw new EmbeddedError(`the database could not be created: ${(error as Error).message}`, { cause: error });
  }
};

/** Nothing of ours but what programs need to run: PGDATA or PGPORT of the user must not leak into the server. */
export const serverEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' });
