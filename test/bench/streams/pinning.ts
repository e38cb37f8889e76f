import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

const all = (): string => `0-${String(cpus().length - 1)}`;
const last = (): string => String(cpus().length - 1);

const allow = (cores: string): boolean => {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Holds this process, which is the client, on the last core. @returns false where that cannot be done. */
export const pin = (): boolean => allow(last());

/** What is started in here may run on every core: a child inherits the cores of who starts it. */
export const unpinned = async <T>(work: () => Promise<T>): Promise<T> => {
  allow(all());
  try {
    return await work();
  } finally {
    pin();
  }
};
