import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Order } from '../../processes/armed.js';

export interface ChildServers {
  readonly natsUrl: string;
  readonly databaseUrl: string;
}

/** One of our programs in a process of its own, which can be told at which step to die. */
export class ArmedChild<Step extends string> {
  private constructor(private readonly child: ChildProcess) {}

  /** Loaded and connected, but not at work yet. `program`: a file of test/processes. */
  static async prepare<Step extends string>(
    program: string,
    { natsUrl, databaseUrl }: ChildServers,
    leaseMs: number,
  ): Promise<ArmedChild<Step>> {
    const env = { ...process.env, NATS_URL: natsUrl, DATABASE_URL: databaseUrl, LEASE_MS: String(leaseMs) };
    // A jest module knows no import.meta.dirname of the sources; tests run in the root of the repository.
    const file = join(process.cwd(), 'dist/programs', `${program}.js`);
    const child = fork(file, { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new ArmedChild(child);
  }

  async start(): Promise<void> {
    const started = once(this.child, 'message');
    this.order({ start: true });
    await started;
  }

  /** It will not survive this step. */
  arm(step: Step): void {
    this.order({ arm: step });
  }

  /** Resolves to the signal it died of. */
  async death(): Promise<string> {
    if (this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.signalCode ?? 'exit';
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  private order(order: Order<Step>): void {
    this.child.send(order);
  }
}
