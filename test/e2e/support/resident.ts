import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Resident memory of a process, MiB. */
export const residentMiB = async (pid: number): Promise<number> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Math.round(Number(stdout.trim()) / 1024);
};
