import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort, startEmbedded, type EmbeddedServers } from '@app/platform/embedded/index.js';
import { Connection } from '../client/connection.js';
import { get } from '../client/json-request.js';
import { serverUse, totalCpuSeconds } from '../measure/server-process.js';
import { nodeArgsOf } from '../node-args.js';

const START = fileURLToPath(new URL('../../../../scripts/start.mjs', import.meta.url));
const PATIENCE_MS = 120_000;
// Two signs of life: by then the others know who is there and who is not.
const KNOWN_AFTER_MS = 1_500;
const OK = 200;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Gateways on one broker, as processes of their own; nothing else runs. */
export class GatewayFleet {
  private readonly children: ChildProcess[] = [];
  readonly urls: string[] = [];

  private constructor(
    private readonly servers: EmbeddedServers,
    private readonly dataDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(dataDir: string, env: NodeJS.ProcessEnv): Promise<GatewayFleet> {
    const servers = await startEmbedded({ dataDir, nats: true, postgres: true });
    return new GatewayFleet(servers, dataDir, env);
  }

  async add(): Promise<void> {
    const { natsUrl, natsMonitorUrl, databaseUrl } = this.servers;
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(process.execPath, [...nodeArgsOf('gateway'), START, 'gateway'], {
      env: {
        ...process.env,
        ...this.env,
        PORT: port,
        NATS_URL: natsUrl,
        DATABASE_URL: databaseUrl,
        ...(natsMonitorUrl === undefined ? {} : { NATS_MONITOR_URL: natsMonitorUrl }),
        REVEILLE_DATA_DIR: `${this.dataDir}/keys`,
        REVEILLE_MODE: 'development',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.children.push(child);
    const connection = new Connection(url);
    const from = performance.now();
    while ((await connection.send(get('/health/live'))) !== OK) {
      if (performance.now() - from > PATIENCE_MS) throw new Error('a gateway does not start');
      await pause(20);
    }
    await connection.close();
    this.urls.push(url);
    await pause(KNOWN_AFTER_MS);
  }

  /** CPU until now, microseconds. */
  cpu(): { readonly gateways: number; readonly broker: number } {
    const of = (pid: number | undefined): number => totalCpuSeconds(serverUse(pid ?? 0) ?? {}) * 1e6;
    return {
      gateways: this.children.reduce((sum, { pid }) => sum + of(pid), 0),
      broker: of(this.servers.nats.pid),
    };
  }

  async stop(): Promise<void> {
    for (const child of this.children.splice(0)) await this.end(child);
    await this.servers.stop();
  }

  private async end(child: ChildProcess | undefined): Promise<void> {
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}
