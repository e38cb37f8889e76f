import { execFile } from 'node:child_process';

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Runs a short-lived program to its end. @returns its standard output; @throws Error with the end of its output. */
export const runCommand = (
  file: string,
  args: readonly string[],
  { timeoutMs, cwd, env, user }: CommandOptions,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', cwd, env, maxBuffer: 16 << 20, ...user } as const;
    execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = `${stderr.trim() || stdout.trim() || error.message}`.slice(-1_000);
      reject(new Error(`${file} failed: ${said}`, { cause: error }));
    });
  });
