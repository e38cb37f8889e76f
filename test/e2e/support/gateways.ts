import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePort } from '@app/platform/embedded/index.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller } from '../gateway/http.js';
import { Entities } from './entities.js';
import { ReveilleChild } from './reveille-child.js';

type Env = Readonly<Record<string, string>>;

interface Gateway {
  readonly url: string;
  readonly env: Env;
  child: ReveilleChild;
}

/** Gateways as processes of their own, and a projector, on one broker and one database. */
export class Gateways {
  private readonly running: Gateway[] = [];
  private projector?: ReveilleChild;
  /** Messages between processes so far. */
  routed = 0;

  private constructor(
    private readonly servers: TestServers,
    private readonly connection: NatsConnection,
  ) {
    connection.subscribe('rt.to.>', {
      callback: () => {
        this.routed += 1;
      },
    });
  }

  /** `env`: of each gateway that is started now. */
  static async start(count: number, env: Env = {}): Promise<Gateways> {
    const servers = await startTestServers({ nats: true, postgres: true });
    const gateways = new Gateways(servers, await connect({ servers: servers.natsUrl }));
    const projector = gateways.spawn('projector', {});
    gateways.projector = projector;
    await Promise.all([projector.says('info  ready'), ...Array.from({ length: count }, () => gateways.add(env))]);
    return gateways;
  }

  at(place: number): ReveilleChild {
    const { child } = this.running[place] as Gateway;
    return child;
  }

  entities(place: number): Entities {
    return new Entities(caller(() => this.url(place)));
  }

  url(place: number): string {
    return this.running[place]?.url ?? 'http://nowhere.invalid';
  }

  async add(env: Env = {}): Promise<void> {
    const port = String(await freePort());
    const child = this.spawn('gateway', { PORT: port, ...env });
    await child.says('listening on');
    this.running.push({ url: `http://127.0.0.1:${port}`, env: { PORT: port, ...env }, child });
  }

  async restart(place: number): Promise<void> {
    const gateway = this.running[place] as Gateway;
    await gateway.child.ended;
    gateway.child = this.spawn('gateway', gateway.env);
    await gateway.child.says('listening on');
  }

  async stop(): Promise<void> {
    for (const { child } of this.running) child.signal('SIGCONT');
    await Promise.all([...this.running.map(({ child }) => child.destroy()), this.projector?.destroy()]);
    await this.connection.close();
    await this.servers.stop();
  }

  private spawn(app: string, env: Env): ReveilleChild {
    return ReveilleChild.spawn({
      command: [process.execPath, 'scripts/start.mjs', app],
      env: {
        NATS_URL: this.servers.natsUrl,
        NATS_MONITOR_URL: this.servers.natsMonitorUrl,
        DATABASE_URL: this.servers.databaseUrl,
        // All gateways sign with the same keys.
        REVEILLE_DATA_DIR: `${this.servers.dir}/reveille`,
        REVEILLE_MODE: 'development',
        ...env,
      },
    });
  }
}
