import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { KillStep, Order } from '../../processes/saga-process.js';

// A jest module knows no import.meta.dirname of the sources; tests run in the root of the repository.
const PROGRAM = join(process.cwd(), 'dist/test/processes/saga-process.js');

export interface SagaServers {
  readonly natsUrl: string;
  readonly databaseUrl: string;
}

/** One saga in a process of its own. */
export class SagaChild {
  private constructor(private readonly child: ChildProcess) {}

  /** Loaded and connected, but not at work yet. */
  static async prepare({ natsUrl, databaseUrl }: SagaServers, leaseMs: number): Promise<SagaChild> {
    const env = { ...process.env, NATS_URL: natsUrl, DATABASE_URL: databaseUrl, LEASE_MS: String(leaseMs) };
    const child = fork(PROGRAM, { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new SagaChild(child);
  }

  async start(): Promise<void> {
    const started = once(this.child, 'message');
    this.order({ start: true });
    await started;
  }

  /** It will not survive this step. */
  arm(step: KillStep): void {
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

  private order(order: Order): void {
    this.child.send(order);
  }
}
