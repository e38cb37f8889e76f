/*
 * Compiles apps, libs, examples and test/bench into dist/ with Nest's swc builder, only when something changed, and joins
 * each program into a few files (see bundle.mjs).
 * "Changed" is a digest of path, size and mtime of every source, so deletions and restored old files count too.
 * Does not type-check (`npm run typecheck` does). `--force` rebuilds whatever the digest says.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('..', import.meta.url)));

const dist = join(root, 'dist');
const programs = join(dist, 'programs', '/');
const stampFile = join(dist, '.build-stamp');
const lockFile = join(dist, '.build-lock');
// Far longer than any build, in case the dead holder's pid now belongs to something else.
const LOCK_EXPIRES_MS = 120_000;

const config = ['.swcrc', 'nest-cli.json', 'tsconfig.json', 'package-lock.json', 'scripts/bundle.mjs'];
const sourceFolders = JSON.parse(readFileSync(join(root, 'nest-cli.json'), 'utf8')).compilerOptions.builder.options
  .filenames;

const filesUnder = (folder) => {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};

const sources = () =>
  sourceFolders.flatMap(filesUnder).filter((file) => file.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(file));

const digest = () => {
  const hash = createHash('sha1');
  for (const file of [...config.map((name) => join(root, name)), ...sources().sort()]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
};

const stamp = () => {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return '';
  }
};

const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const lockIsStale = () => {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    if (Date.now() - statSync(lockFile).mtimeMs > LOCK_EXPIRES_MS) return true;
    return holder > 0 && !isRunning(holder);
  } catch {
    return false;
  }
};

/** Two processes started together must not write dist at the same time; the lock of a dead process is taken over. */
const withLock = async (work) => {
  mkdirSync(dist, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (lockIsStale()) rmSync(lockFile, { force: true });
      else await delay(50);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
};

/** Outputs whose source is gone. The rest stays in place: deleting dist would pull files from under running processes. */
const pruneDist = () => {
  const wanted = new Set(sources().map((file) => join(dist, relative(root, file)).replace(/\.ts$/, '.js')));
  for (const file of filesUnder('dist')) {
    if (file.startsWith(programs)) continue;
    if (/\.js(\.map)?$/.test(file) && !wanted.has(file.replace(/\.map$/, ''))) rmSync(file, { force: true });
  }
};

/** In a process of its own: what a step takes, some 600 MiB, is not kept by the program that is started after it. */
const run = (...args) =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`build failed\n${output}`))));
  });

/** Resolves to true when it compiled, false when dist was already current. */
export const buildIfNeeded = async ({ force = false } = {}) => {
  if (!force && stamp() === digest()) return false;
  return withLock(async () => {
    // Taken before compiling: a file saved meanwhile makes the next run build again.
    const before = digest();
    if (!force && stamp() === before) return false;
    rmSync(stampFile, { force: true });
    pruneDist();
    await run(join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build', 'standalone');
    await run(join(root, 'scripts', 'bundle.mjs'));
    writeFileSync(stampFile, before);
    return true;
  });
};

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    const built = await buildIfNeeded({ force: process.argv.includes('--force') });
    console.log(`${built ? 'built' : 'up to date'} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
