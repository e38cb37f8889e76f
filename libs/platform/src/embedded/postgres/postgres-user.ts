import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedError } from '../embedded-error.js';

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

// PostgreSQL refuses root and wants a user that the passwd file knows.
const CANDIDATES = ['postgres', 'nobody', 'daemon'];

/** The existing unprivileged user to run as when we are root; undefined when we are not. */
export const databaseUser = async (): Promise<SystemUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map(parseUser);
  for (const name of CANDIDATES) {
    const user = users.find((u) => u.name === name);
    if (user && user.uid > 0 && user.gid > 0) return user;
  }
  throw new EmbeddedError(
    `PostgreSQL cannot run as root and none of the users ${CANDIDATES.join(', ')} exists: run as another user, or set DATABASE_URL`,
  );
};

const parseUser = (line: string): SystemUser => {
  const [name = '', , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
};

/** Whether the user may pass through `path` and every folder above it. */
export const canTraverse = async (path: string, user: SystemUser): Promise<boolean> => {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};
