import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Whether a process with this id exists (a zombie counts as gone where /proc tells us). */
export const isAlive = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return (await statFields(pid))?.state !== 'Z';
};

/** The command line with single spaces, or undefined when the process is gone or cannot be looked at. */
export const commandLine = async (pid: number): Promise<string | undefined> => {
  try {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return raw.split('\0').join(' ').trim();
  } catch {
    return new Promise((resolve) => {
      execFile('ps', ['-o', 'command=', '-p', String(pid)], (error, stdout) => {
        resolve(error ? undefined : stdout.trim());
      });
    });
  }
};

/** A text that differs between two processes that had the same id; undefined where /proc is missing. */
export const startMark = async (pid: number): Promise<string | undefined> => (await statFields(pid))?.startedAt;

const statFields = async (pid: number): Promise<{ state: string; startedAt: string } | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program name in parentheses and may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
};
