import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { EmbeddedError } from './embedded-error.js';
import { ParentGuard } from './parent-guard.js';
import { waitUntil } from './wait-until.js';

export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Another user to run as; only root can ask for it. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of a server program, detached from the terminal, guarded against our own death. */
export class ServerProcess {
  /** Settles when the program has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<ServerExit>;
  private exit: ServerExit | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly guard: ParentGuard,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        guard.release();
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
  }

  /** @throws EmbeddedError when the program cannot be executed. */
  static async start({ file, args, cwd, logFile, env, user }: ServerCommand): Promise<ServerProcess> {
    const guard = ParentGuard.start();
    const log = await open(logFile, 'a', 0o600);
    try {
      const child = spawn(file, args, {
        cwd,
        env: env ?? process.env,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        ...user,
      });
      const running = new ServerProcess(child, guard);
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      guard.watch(running.pid);
      child.unref();
      return running;
    } catch (error) {
      guard.release();
      throw new EmbeddedError(`cannot execute ${file}: ${(error as Error).message}`, { cause: error });
    } finally {
      await log.close();
    }
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get ended(): ServerExit | undefined {
    return this.exit;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.exit) this.child.kill(signal);
  }

  /** SIGINT, which both our servers take as "finish quickly and cleanly"; SIGKILL after `boundMs`. */
  async stop(boundMs: number): Promise<ServerExit> {
    this.signal('SIGINT');
    const exit = await waitUntil(() => this.exit, { withinMs: boundMs, everyMs: 5 });
    return exit ?? this.kill();
  }

  /** No chance to clean up: what `kill -9` does. */
  async kill(): Promise<ServerExit> {
    this.child.ref();
    this.signal('SIGKILL');
    return this.exited;
  }
}
