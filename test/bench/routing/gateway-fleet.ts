import { fileURLToPath } from 'node:url';
import { freePort, type EmbeddedServers } from '@app/platform/embedded/index.js';
import { serverUse, totalCpuSeconds } from '../measure/server-process.js';
import { nodeArgsOf } from '../node-args.js';
import { startOwn } from '../own-servers.js';
import { NodeProcess } from '../streams/contestants/node-process.js';

const START = fileURLToPath(new URL('../../../../scripts/start.mjs', import.meta.url));
// Two signs of life: by then the others know who is there and who is not.
const KNOWN_AFTER_MS = 1_500;
const OK = 200;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Gateways on one broker, as processes of their own; nothing else runs. */
export class GatewayFleet {
  private readonly gateways: NodeProcess[] = [];
  readonly urls: string[] = [];

  private constructor(
    private readonly servers: EmbeddedServers,
    private readonly dataDir: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(dataDir: string, env: Readonly<Record<string, string>>): Promise<GatewayFleet> {
    const servers = await startOwn({ dataDir });
    return new GatewayFleet(servers, dataDir, env);
  }

  async add(): Promise<void> {
    const { natsUrl, natsMonitorUrl, databaseUrl } = this.servers;
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const gateway = NodeProcess.start({
      script: START,
      args: ['gateway'],
      nodeArgs: nodeArgsOf('gateway'),
      env: {
        ...this.env,
        PORT: port,
        NATS_URL: natsUrl,
        NATS_MONITOR_URL: natsMonitorUrl,
        DATABASE_URL: databaseUrl,
        REVEILLE_DATA_DIR: `${this.dataDir}/keys`,
        REVEILLE_MODE: 'development',
        LOG_LEVEL: 'warn',
      },
    });
    this.gateways.push(gateway);
    await gateway.answers(url, '/health/live', OK);
    this.urls.push(url);
    await pause(KNOWN_AFTER_MS);
  }

  /** CPU until now, microseconds. */
  cpu(): { readonly gateways: number; readonly broker: number } {
    const of = (pid: number): number => totalCpuSeconds(serverUse(pid) ?? {}) * 1e6;
    return {
      gateways: this.gateways.reduce((sum, { pid }) => sum + of(pid), 0),
      broker: of(this.servers.nats.pid),
    };
  }

  async stop(): Promise<void> {
    for (const gateway of this.gateways.splice(0)) await gateway.stop();
    await this.servers.stop();
  }
}
