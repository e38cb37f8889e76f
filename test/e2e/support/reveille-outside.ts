import { removeTestDir, testDir } from '@app/testing/servers.js';
import type { Call } from '../gateway/http.js';
import { ReveilleChild } from './reveille-child.js';

/** A standalone in a process of its own, on data that outlives it. Destroy it after the tests. */
export class ReveilleOutside {
  private dir: string | undefined;
  private child!: ReveilleChild;

  readonly call: Call = (...request) => this.child.call(...request);

  get url(): string {
    return this.child.url;
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Also again, on what the one before left behind. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.dir ??= await testDir();
    this.child = await ReveilleChild.start({
      env: { PORT: '0', REVEILLE_DATA_DIR: this.dir, LOG_LEVEL: 'warn', ...env },
    });
  }

  /** With `kill -9`; its servers end after it. */
  async kill(): Promise<void> {
    await this.child.stopped(() => {
      this.child.signal('SIGKILL');
    });
  }

  async destroy(): Promise<void> {
    await this.child.destroy();
    if (this.dir !== undefined) await removeTestDir(this.dir);
  }
}
