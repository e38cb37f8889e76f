import { openDatabase, type Database } from '@app/read-model';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { TcpProxy } from '@app/testing/tcp-proxy.js';
import { AppProcess, appEnvironment } from '../support/app-process.js';
import { until } from '../support/until.js';
import type { Gateways } from './client.js';

const COPIES = [0, 1] as const;
// Long enough for most clients to come to the gateway that hears nothing.
const DEAF_MS = 600;
const WAITING = 0.85;

/** Two gateways, each with a way to the broker that can be cut, and two projectors. */
export class ModelFleet {
  readonly kills = { gateways: 0, projectors: 0 };
  /** As clients see it. */
  readonly clients: Gateways;

  private constructor(
    private readonly servers: TestServers,
    private readonly proxies: readonly TcpProxy[],
    private readonly gateways: readonly AppProcess[],
    private readonly projectors: readonly AppProcess[],
    readonly database: Database,
  ) {
    const urls = gateways.map(({ url }) => url);
    this.clients = { urls, waiting: urls.map(() => 0), answered: 0, doneUnanswered: new Set() };
  }

  static async start(): Promise<ModelFleet> {
    const servers = await startTestServers({ nats: true, postgres: true });
    const env = appEnvironment(servers);
    const proxies: TcpProxy[] = [];
    const gateways: AppProcess[] = [];
    const projectors: AppProcess[] = [];
    for (const _copy of COPIES) {
      const broker = new URL(servers.natsUrl);
      const proxy = await TcpProxy.start(Number(broker.port));
      broker.port = String(proxy.port);
      proxies.push(proxy);
      gateways.push(await AppProcess.create('gateway', { ...env, NATS_URL: broker.href.replace(/\/$/, '') }));
      projectors.push(await AppProcess.create('projector', env));
    }
    await Promise.all([...gateways, ...projectors].map((app) => app.start()));
    const database = await openDatabase({ url: servers.databaseUrl });
    return new ModelFleet(servers, proxies, gateways, projectors, database);
  }

  /**
   * SIGKILL of a gateway that has published what it was asked for and not heard of it. `clients`: how many there are.
   * Resolves when it is there again.
   */
  async killGateway(place: number, clients: number): Promise<void> {
    const [gateway, proxy] = [this.gateways[place], this.proxies[place]];
    if (!gateway || !proxy) return;
    void proxy.mute('\0');
    const stuck = (): boolean => (this.clients.waiting[place] ?? 0) >= clients * WAITING;
    await until('clients without an answer', stuck, { withinMs: DEAF_MS }).catch(() => undefined);
    await gateway.end('SIGKILL');
    proxy.cut();
    this.kills.gateways += 1;
    await gateway.start();
  }

  async killProjector(place: number): Promise<void> {
    await this.projectors[place]?.end('SIGKILL');
    this.kills.projectors += 1;
    await this.projectors[place]?.start();
  }

  async stop(): Promise<void> {
    await this.database.close();
    await Promise.all([...this.gateways, ...this.projectors].map((app) => app.destroy()));
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
    await this.servers.stop();
  }
}
