import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../../client/connection.js';
import { get } from '../../client/json-request.js';
import { untilTold } from '../../until-told.js';

const ASK_EVERY_MS = 20;
const PATIENCE_MS = 120_000;

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

export interface NodeProcessOptions {
  readonly script: string;
  readonly args?: readonly string[];
  /** Arguments of node itself, such as those of a profile. */
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A node program that runs until it is stopped. */
export class NodeProcess {
  private constructor(private readonly child: ChildProcess) {}

  static start({ script, args = [], nodeArgs = [], env = {} }: NodeProcessOptions): NodeProcess {
    const begin = (): NodeProcess =>
      new NodeProcess(
        spawn(process.execPath, [...nodeArgs, script, ...args], {
          env: { ...process.env, ...env },
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
      );
    return untilTold(args[0] ?? script, begin, (process) => process.stop());
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves once a GET of `path` is answered with `status`. */
  async answers(origin: string, path: string, status: number): Promise<void> {
    const connection = new Connection(origin);
    const from = performance.now();
    while ((await connection.send(get(path))) !== status) {
      if (hasEnded(this.child)) throw new Error(`the process for ${origin} has ended`);
      if (performance.now() - from > PATIENCE_MS) throw new Error(`${origin}${path} is not ready`);
      await sleep(ASK_EVERY_MS);
    }
    await connection.close();
  }

  async stop(): Promise<void> {
    if (hasEnded(this.child)) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }
}
