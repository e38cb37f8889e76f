import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { isAlive, startMark } from './process-info.js';

interface Holder {
  readonly pid: number;
  /** See `startMark`; tells a reused process id from the real holder. */
  readonly mark?: string;
  /** Differs between two locks of one process. */
  readonly nonce: string;
}

export type LockOutcome =
  { readonly held: true; readonly release: () => Promise<void> } | { readonly held: false; readonly byPid: number };

/**
 * Takes a lock that is a file naming its holder. A lock whose holder is dead is taken over.
 * The file is linked into place complete, so a reader never sees half of it.
 */
export const tryLock = async (path: string): Promise<LockOutcome> => {
  const me: Holder = { pid: process.pid, mark: await startMark(process.pid), nonce: randomBytes(6).toString('hex') };
  const mine = `${path}.${me.nonce}`;
  await writeFile(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      if (await linked(mine, path)) return { held: true, release: () => release(path, me.nonce) };
      const holder = await readHolder(path);
      if (holder && (await isHolding(holder))) return { held: false, byPid: holder.pid };
      await setAside(path, holder);
    }
  } finally {
    await rm(mine, { force: true });
  }
};

const linked = async (from: string, to: string): Promise<boolean> => {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

const readHolder = async (path: string): Promise<Holder | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};

const isHolding = async ({ pid, mark }: Holder): Promise<boolean> => {
  if (!(await isAlive(pid))) return false;
  return mark === undefined || mark === (await startMark(pid));
};

// Two launchers may find the same dead holder. A rename gives the file to one of them; whoever finds that it moved a
// younger lock than the dead one it looked at puts that back.
const setAside = async (path: string, dead: Holder | undefined): Promise<void> => {
  const aside = `${path}.${randomBytes(6).toString('hex')}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readHolder(aside))?.nonce !== dead?.nonce) await linked(aside, path);
  await rm(aside, { force: true });
};

const release = async (path: string, nonce: string): Promise<void> => {
  if ((await readHolder(path))?.nonce === nonce) await rm(path, { force: true });
};
