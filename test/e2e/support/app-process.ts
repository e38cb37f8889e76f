import { freePort } from '@app/platform/embedded/index.js';
import type { TestServers } from '@app/testing/servers.js';
import { ReveilleChild } from './reveille-child.js';

export type AppKind = 'gateway' | 'projector' | 'saga';

// What each says when it is at work.
const AT_WORK: Readonly<Record<AppKind, string>> = {
  gateway: 'listening on',
  projector: 'info  ready',
  saga: 'the saga is at work',
};

/** What every app of a distributed setup is told; all of them sign with the same keys. */
export const appEnvironment = (
  servers: Pick<TestServers, 'dir' | 'natsUrl' | 'natsMonitorUrl' | 'databaseUrl'>,
): Readonly<Record<string, string>> => ({
  NATS_URL: servers.natsUrl,
  NATS_MONITOR_URL: servers.natsMonitorUrl,
  DATABASE_URL: servers.databaseUrl,
  REVEILLE_DATA_DIR: `${servers.dir}/reveille`,
  REVEILLE_MODE: 'development',
});

/** One app of a distributed setup, again and again under the same address. */
export class AppProcess {
  private child?: ReveilleChild;
  private paused = false;
  starts = 0;

  private constructor(
    readonly kind: AppKind,
    private readonly env: Readonly<Record<string, string>>,
    readonly url: string,
  ) {}

  static async create(kind: AppKind, env: Readonly<Record<string, string>>): Promise<AppProcess> {
    const port = String(await freePort());
    return new AppProcess(kind, { ...env, PORT: port }, `http://127.0.0.1:${port}`);
  }

  get running(): boolean {
    return this.child?.running ?? false;
  }

  get pid(): number {
    return this.child?.pid ?? -1;
  }

  get output(): string {
    return this.child?.output ?? '';
  }

  /** Resolves once it is at work. */
  async start(): Promise<void> {
    this.starts += 1;
    this.child = ReveilleChild.spawn({ command: [process.execPath, 'scripts/start.mjs', this.kind], env: this.env });
    await this.child.says(AT_WORK[this.kind]);
  }

  /** Resolves when it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.paused) this.resume();
    this.child?.signal(signal);
    await this.child?.ended;
  }

  /** It does nothing and does not know that time passes. */
  pause(): void {
    this.child?.signal('SIGSTOP');
    this.paused = true;
  }

  resume(): void {
    this.child?.signal('SIGCONT');
    this.paused = false;
  }

  async destroy(): Promise<void> {
    if (this.paused) this.resume();
    await this.child?.destroy();
  }
}
