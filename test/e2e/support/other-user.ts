import { chmod, chown, copyFile, cp, mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { findNatsServer } from '@app/platform/embedded/index.js';
import { canTraverse, databaseUser, type SystemUser } from '@app/platform/embedded/postgres/postgres-user.js';
import type { ChildOptions } from './reveille-child.js';

export const isRoot = process.getuid?.() === 0;

// What a start reads: the build is up to date only with its sources.
const NEEDED = [
  ...[
    '.swcrc',
    'nest-cli.json',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'scripts',
    'dist',
    'apps',
    'libs',
  ],
  ...['examples', 'test', 'node_modules'],
];

const reachableCheckout = async (user: SystemUser, dir: string): Promise<string> => {
  if (await canTraverse(process.cwd(), user)) return process.cwd();
  const copy = join(dir, 'checkout');
  for (const name of NEEDED)
    await cp(name, join(copy, name), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return copy;
};

const reachableProgram = async (path: string, user: SystemUser, dir: string, name: string): Promise<string> => {
  if (await canTraverse(dirname(path), user)) return path;
  const copy = join(dir, name);
  await mkdir(dir, { recursive: true });
  await copyFile(path, copy);
  await chmod(copy, 0o755);
  return copy;
};

/** How a user who is not root starts the standalone; `home` is a folder of his. When we are not root that is us. */
export const asOrdinaryUser = async (dir: string, home: string): Promise<Partial<ChildOptions>> => {
  const user = await databaseUser();
  if (!user) return {};
  await chown(home, user.uid, user.gid);
  const bin = join(dir, 'bin');
  const node = await reachableProgram(process.execPath, user, bin, 'node');
  const nats = await reachableProgram((await findNatsServer()).path, user, bin, 'nats-server');
  const env = { HOME: home, PATH: [dirname(nats), process.env['PATH'] ?? ''].join(delimiter) };
  const command = [node, 'scripts/start.mjs', 'standalone'] as const;
  return { command, cwd: await reachableCheckout(user, dir), user: { uid: user.uid, gid: user.gid }, env };
};
