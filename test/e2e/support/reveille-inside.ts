import { removeTestDir, testDir } from '@app/testing/servers.js';
import { startReveille, type StartedReveille } from '../../../apps/standalone/src/start-reveille.js';
import { caller, type Call } from '../gateway/http.js';

/** How long a start or a stop may take, on a machine that does other things too. */
export const STARTING_MS = 120_000;

/** A standalone with servers of its own, in the process of the test. Start it before the tests, stop it after them. */
export class ReveilleInside {
  private dir!: string;
  private started!: StartedReveille;

  readonly call: Call = caller(() => this.url);

  get url(): string {
    return this.started.url;
  }

  get system(): StartedReveille {
    return this.started;
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.dir = await testDir();
    const own = { PORT: '0', HOST: '127.0.0.1', REVEILLE_DATA_DIR: this.dir, LOG_LEVEL: 'error' };
    this.started = await startReveille({ env: { ...own, ...env } });
  }

  async stop(): Promise<void> {
    await this.started.stop();
    await removeTestDir(this.dir);
  }
}
