import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { LOG_STREAM } from '@app/contracts/topology/topology.js';
import { findNatsServer, freePort } from '@app/platform/embedded/index.js';
import { ServerProcess } from '@app/platform/embedded/server-process.js';
import { connectToNats, type NatsConnection } from '@app/streams/jetstream/index.js';
import { until } from './until.js';

const USERS = ['gateway', 'projector', 'saga', 'ops', 'sys'] as const;
export type DeployedUser = (typeof USERS)[number];

const NODES = [0, 1, 2] as const;
const nameOf = (node: number): string => `reveille-${String(node + 1)}`;
const passwordOf = (user: DeployedUser): string => `pw-${user}`;

interface Node {
  readonly client: number;
  readonly monitor: number;
  readonly dir: string;
  server?: ServerProcess;
}

/** What a node has of the log. */
export interface LogSize {
  readonly messages: number;
  readonly bytes: number;
}

interface JetStreamReport {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly { readonly name: string; readonly state: LogSize }[];
  }[];
}

/** `deploy/nats.conf` for one of three nodes on loopback: its own name, ports and folder, and the `cluster` block. */
const confOf = (deployed: string, { client, monitor, dir }: Node, node: number, routes: readonly number[]): string =>
  `${deployed
    .replace('reveille-1', nameOf(node))
    .replace('0.0.0.0:4222', `127.0.0.1:${String(client)}`)
    .replace('0.0.0.0:8222', `127.0.0.1:${String(monitor)}`)
    .replace('/data/jetstream', join(dir, 'jetstream'))
    // As the file says of three nodes.
    .replace('sync_interval: always', 'sync_interval: "2m"')}
cluster {
  name: reveille
  listen: "127.0.0.1:${String(routes[node])}"
  routes: [${routes.map((port) => `"nats://127.0.0.1:${String(port)}"`).join(', ')}]
}
`;

/** Three brokers with the users and permissions of a deployment. */
export class DeployedBrokers {
  private constructor(
    private readonly binary: string,
    private readonly nodes: readonly Node[],
    private ops?: NatsConnection,
  ) {}

  /** Resolves when JetStream has a leader. */
  static async start(dir: string): Promise<DeployedBrokers> {
    const deployed = await readFile('deploy/nats.conf', 'utf8');
    const routes: number[] = [];
    const nodes: Node[] = [];
    for (const node of NODES) {
      routes.push(await freePort());
      nodes.push({ client: await freePort(), monitor: await freePort(), dir: join(dir, nameOf(node)) });
    }
    for (const [place, node] of nodes.entries()) {
      await mkdir(node.dir, { recursive: true });
      await writeFile(join(node.dir, 'nats.conf'), confOf(deployed, node, place, routes));
    }
    const brokers = new DeployedBrokers((await findNatsServer()).path, nodes);
    await Promise.all(nodes.map((_, place) => brokers.launch(place)));
    brokers.ops = await connectToNats(brokers.url('ops'), 'deployed-brokers');
    return brokers;
  }

  /** All nodes, with what the user needs to come in. */
  url(user: DeployedUser): string {
    return this.nodes.map(({ client }) => `nats://${user}:${passwordOf(user)}@127.0.0.1:${String(client)}`).join(',');
  }

  get monitorUrl(): string {
    return `http://127.0.0.1:${String(this.node(0).monitor)}`;
  }

  /** The node that leads the log. */
  async leader(): Promise<number> {
    return until('somebody who leads the log', async () => {
      const manager = await jetstreamManager(this.admin, { checkAPI: false });
      const info = await manager.streams.info(LOG_STREAM).catch(() => undefined);
      const node = this.nodes.findIndex((_, place) => nameOf(place) === info?.cluster?.leader);
      return node >= 0 ? { node } : undefined;
    }).then(({ node }) => node);
  }

  /** Messages of the log by subject, as the leader has them. */
  async subjects(filter: string): Promise<Readonly<Record<string, number>>> {
    const manager = await jetstreamManager(this.admin, { checkAPI: false });
    return (await manager.streams.info(LOG_STREAM, { subjects_filter: filter })).state.subjects ?? {};
  }

  /** By its own account. */
  async logOf(place: number): Promise<LogSize> {
    const answer = await fetch(`http://127.0.0.1:${String(this.node(place).monitor)}/jsz?accounts=1&streams=1`);
    const { account_details: accounts = [] } = (await answer.json()) as JetStreamReport;
    const streams = accounts.flatMap(({ stream_detail: details = [] }) => details);
    const { messages, bytes } = streams.find(({ name }) => name === LOG_STREAM)?.state ?? { messages: -1, bytes: -1 };
    return { messages, bytes };
  }

  async kill(place: number): Promise<void> {
    await this.node(place).server?.kill();
  }

  /** Resolves once it is there; it may still be behind. */
  async launch(place: number): Promise<void> {
    const node = this.node(place);
    const passwords = USERS.map((user) => [`NATS_${user.toUpperCase()}_PASSWORD`, passwordOf(user)]);
    node.server = await ServerProcess.start({
      file: this.binary,
      args: ['-c', join(node.dir, 'nats.conf')],
      cwd: node.dir,
      logFile: join(node.dir, 'nats.log'),
      env: { ...process.env, ...(Object.fromEntries(passwords) as Record<string, string>) },
    });
    const health = `http://127.0.0.1:${String(node.monitor)}/healthz`;
    await until(`node ${nameOf(place)}`, async () => (await fetch(health).catch(() => undefined))?.ok === true, {
      withinMs: 60_000,
    });
  }

  async stop(): Promise<void> {
    await this.ops?.close();
    await Promise.all(this.nodes.map((_, place) => this.kill(place)));
  }

  private get admin(): NatsConnection {
    if (!this.ops) throw new Error('the brokers have not started');
    return this.ops;
  }

  private node(place: number): Node {
    const node = this.nodes[place];
    if (!node) throw new Error(`there is no node ${String(place)}`);
    return node;
  }
}
