import { readFile, rm } from 'node:fs/promises';
import { silent, type Progress } from './embedded-error.js';
import { commandLine, isAlive } from './process-info.js';
import { waitUntil } from './wait-until.js';

export interface Leftover {
  /** Written by the server; its first line is the process id. */
  readonly pidFile: string;
  /** Must appear in the command line: proof that the process is that server on that directory and not a reused id. */
  readonly mark: string;
  readonly name: string;
}

const GRACE_MS = 5_000;

/** Stops a server that a killed launcher left behind, and removes its pid file. Does nothing when there is none. */
export const stopLeftover = async ({ pidFile, mark, name }: Leftover, progress: Progress = silent): Promise<void> => {
  const content = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  if (pid > 1 && (await isAlive(pid)) && (await commandLine(pid))?.includes(mark)) {
    progress(`stopping a ${name} left over from an earlier run (process ${pid})`);
    await end(pid);
  }
  await rm(pidFile, { force: true });
};

const end = async (pid: number): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const gone = await waitUntil(async () => ((await isAlive(pid)) ? undefined : true), { withinMs: GRACE_MS });
    if (gone) return;
  }
};
