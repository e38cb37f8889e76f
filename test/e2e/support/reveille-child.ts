import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { caller, type Call } from '../gateway/http.js';
import { familyOf, leftBehind, type ProcessRow } from './process-table.js';
import { until } from './until.js';

export interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Default: the launcher script, without npm. */
  readonly command?: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the start of the process, or from `ask` in `stopped`. */
  readonly ms: number;
}

const STANDALONE = [process.execPath, 'scripts/start.mjs', 'standalone'] as const;
const READY = 'Ctrl-C stops everything';
const STARTING_MS = 60_000;

/** Nothing of the test's own environment but what programs need to run. */
const environment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const { PATH, HOME, REVEILLE_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  return { PATH, HOME, REVEILLE_CACHE_DIR, XDG_CACHE_HOME, ...env };
};

/** One start of a program of ours, in a process group of its own as under a terminal. */
export class ReveilleChild {
  readonly startedAt = performance.now();
  /** Ends with the process itself; never rejects. */
  readonly ended: Promise<Exit>;
  stdout = '';
  stderr = '';
  private exit?: Exit;

  private constructor(
    private readonly child: ChildProcess,
    private readonly mark: string,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(child, 'close').then(([code, signal]: unknown[]) => {
      this.exit = {
        code: code as Exit['code'],
        signal: signal as Exit['signal'],
        ms: performance.now() - this.startedAt,
      };
      return this.exit;
    });
  }

  static spawn({ env, command = STANDALONE, cwd, user }: ChildOptions): ReveilleChild {
    const [file, ...args] = command;
    const child = spawn(file, args, {
      cwd,
      env: environment(env),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    return new ReveilleChild(child, env['REVEILLE_DATA_DIR'] ?? 'no data directory');
  }

  /** A standalone that is ready. */
  static async start(options: ChildOptions): Promise<ReveilleChild> {
    const child = ReveilleChild.spawn(options);
    await child.says(READY);
    return child;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  get output(): string {
    return `${this.stdout}\n${this.stderr}`;
  }

  get running(): boolean {
    return this.exit === undefined;
  }

  /** As it says itself. */
  get url(): string {
    return /ready at (\S+)/.exec(this.stdout)?.[1] ?? 'http://nowhere.invalid';
  }

  readonly call: Call = caller(() => this.url);

  /** Resolves once the output contains `text`. */
  async says(text: string): Promise<void> {
    await until(
      `"${text}"`,
      () => {
        if (this.output.includes(text)) return true;
        if (this.exit) throw new Error(`the process ended instead of saying "${text}":\n${this.output}`);
        return false;
      },
      { withinMs: STARTING_MS },
    );
  }

  family(): Promise<readonly ProcessRow[]> {
    return familyOf(this.pid);
  }

  /** To this process only. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What a terminal does on Ctrl-C: everybody in the group gets it. */
  signalGroup(signal: NodeJS.Signals): void {
    if (this.running) process.kill(-this.pid, signal);
  }

  /** Asks with `ask` and waits for the end of the process and of everybody it started. */
  async stopped(ask: () => void): Promise<Exit> {
    const family = await this.family();
    const asked = performance.now();
    ask();
    const { code, signal } = await this.ended;
    const ms = performance.now() - asked;
    await this.gone(family);
    return { code, signal, ms };
  }

  /** Nobody of the family, and nobody who works on the data directory. */
  async gone(family: readonly ProcessRow[], withinMs = 10_000): Promise<void> {
    let left: readonly ProcessRow[] = [];
    const find = async (): Promise<boolean> => {
      left = await leftBehind(family, this.mark);
      return left.length === 0;
    };
    await until('the end of all processes', find, { withinMs }).catch(() => {
      throw new Error(`left behind: ${JSON.stringify(left)}`);
    });
  }

  /** For the end of a test, whatever happened before. */
  async destroy(): Promise<void> {
    if (!this.running) return;
    this.signal('SIGTERM');
    const ended = await until('the end of the process', () => !this.running, { withinMs: 15_000 }).catch(() => false);
    if (!ended) this.signal('SIGKILL');
    await this.ended;
  }
}
