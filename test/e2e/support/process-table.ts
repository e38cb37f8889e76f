import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly args: string;
}

/** Every process of this machine that still runs; what is only waited for by its parent does not. */
const processes = async (): Promise<readonly ProcessRow[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 16 << 20,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return args === undefined || state?.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
  });
};

/** A process and all that it started, its children's children included. */
export const familyOf = async (pid: number): Promise<readonly ProcessRow[]> => {
  const all = await processes();
  const family = all.filter((row) => row.pid === pid);
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
  return family;
};

/** Who of a family still runs, and whoever else has `mark` in its command line. */
export const leftBehind = async (family: readonly ProcessRow[], mark: string): Promise<readonly ProcessRow[]> =>
  (await processes()).filter(
    ({ pid, args }) =>
      pid !== process.pid &&
      // A process id may have been given to somebody else meanwhile.
      (args.includes(mark) || family.some((member) => member.pid === pid && member.args === args)),
  );
