import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { EmbeddedNats, freePort } from '@app/platform/embedded/index.js';
import { removeTestDir, testDir } from './servers.js';

const ATTEMPTS = 3;
const LEADER_MS = 30_000;
const POLL_MS = 50;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface StreamDetail {
  readonly name: string;
  readonly cluster?: { readonly leader?: string };
  readonly state: { readonly last_seq: number };
}

interface JetStreamReport {
  readonly account_details?: readonly { readonly stream_detail?: readonly StreamDetail[] }[];
}

export interface TestClusterOptions {
  /** Bytes that JetStream may keep on the disk of each node; by default most of what is free. */
  readonly maxFileStore?: readonly (number | undefined)[];
}

const nameOf = (node: number): string => `node-${String(node)}`;

const startNodes = async (dir: string, { maxFileStore = [] }: TestClusterOptions): Promise<readonly EmbeddedNats[]> => {
  const ports = [await freePort(), await freePort(), await freePort()];
  const routes = ports.map((port) => `nats://127.0.0.1:${String(port)}`);
  const starts = await Promise.allSettled(
    ports.map(async (port, node) => {
      const own = join(dir, nameOf(node));
      await mkdir(own, { recursive: true });
      const cluster = { name: 'reveille-test', port, routes };
      return EmbeddedNats.start({ dir: own, serverName: nameOf(node), cluster, maxFileStore: maxFileStore[node] });
    }),
  );
  const nodes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  if (nodes.length === starts.length) return nodes;
  await Promise.all(nodes.map((node) => node.kill()));
  throw starts.find((start) => start.status === 'rejected')?.reason;
};

/** Three nats-servers on loopback that keep copies of each other's streams, for one test file; gone after `stop`. */
export class TestCluster {
  private readonly paused = new Set<number>();
  private readonly killed = new Set<number>();
  private admin?: NatsConnection;

  private constructor(
    private readonly dir: string,
    readonly nodes: readonly EmbeddedNats[],
  ) {}

  static async start(options: TestClusterOptions = {}): Promise<TestCluster> {
    for (let attempt = 1; ; attempt += 1) {
      const dir = await testDir();
      try {
        return new TestCluster(dir, await startNodes(dir, options));
      } catch (error) {
        // Somebody took one of the ports in between.
        await removeTestDir(dir);
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** All nodes, for a client that may use any of them. */
  get url(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  /** One node; a client that loses it goes to the others, of which it was told. */
  urlOf(node: number): string {
    return this.node(node).url;
  }

  async kill(node: number): Promise<void> {
    this.killed.add(node);
    this.paused.delete(node);
    await this.node(node).kill();
  }

  /** Resolves once the node has caught up with the others. */
  async restart(node: number): Promise<void> {
    await this.node(node).restart();
    this.killed.delete(node);
  }

  /** SIGSTOP: the node answers nobody and does not know that time passes. */
  pause(node: number): void {
    process.kill(this.node(node).pid, 'SIGSTOP');
    this.paused.add(node);
  }

  resume(node: number): void {
    process.kill(this.node(node).pid, 'SIGCONT');
    this.paused.delete(node);
  }

  /** The node that leads the stream by its own account, once there is one; `not` is no answer. */
  async leader(stream: string, not?: number): Promise<number> {
    for (const end = Date.now() + LEADER_MS; Date.now() < end; await delay(POLL_MS)) {
      const details = await Promise.all(this.nodes.map((_, node) => this.detail(node, stream)));
      const leader = details.findIndex((detail, node) => node !== not && detail?.cluster?.leader === nameOf(node));
      if (leader >= 0) return leader;
    }
    throw new Error(`nobody leads ${stream}`);
  }

  /** A node that follows. */
  async follower(stream: string): Promise<number> {
    const leader = await this.leader(stream);
    return this.running().find((node) => node !== leader) ?? -1;
  }

  /** Resolves once every running node has what the leader had. */
  async caughtUp(stream: string): Promise<void> {
    const last = (await this.detail(await this.leader(stream), stream))?.state.last_seq ?? 0;
    for (const end = Date.now() + LEADER_MS; Date.now() < end; await delay(POLL_MS)) {
      const details = await Promise.all(this.running().map((node) => this.detail(node, stream)));
      if (details.every((detail) => (detail?.state.last_seq ?? -1) >= last)) return;
    }
    throw new Error(`a node has not caught up with ${stream}`);
  }

  /** Makes the leader give way; false when it could not right now. The next one follows within a second or so. */
  async stepDown(stream: string): Promise<boolean> {
    this.admin ??= await connect({ servers: this.url.split(','), maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    try {
      const answer = await this.admin.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`, '', { timeout: 2_000 });
      return answer.json<{ readonly success?: boolean }>().success === true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    await this.admin?.close();
    for (const node of this.paused) this.resume(node);
    await Promise.all(this.nodes.map((node) => node.kill()));
    await removeTestDir(this.dir);
  }

  private running(): readonly number[] {
    return this.nodes.flatMap((_, node) => (this.paused.has(node) || this.killed.has(node) ? [] : [node]));
  }

  private node(node: number): EmbeddedNats {
    const found = this.nodes[node];
    if (!found) throw new Error(`there is no node ${String(node)}`);
    return found;
  }

  /** What the node says about its copy of the stream; undefined when it does not answer. */
  private async detail(node: number, stream: string): Promise<StreamDetail | undefined> {
    if (!this.running().includes(node)) return undefined;
    try {
      const answer = await fetch(`${this.node(node).monitorUrl}/jsz?accounts=1&streams=1`, {
        signal: AbortSignal.timeout(1_000),
      });
      const { account_details: accounts = [] } = (await answer.json()) as JetStreamReport;
      return accounts.flatMap(({ stream_detail: details = [] }) => details).find(({ name }) => name === stream);
    } catch {
      return undefined;
    }
  }
}
