import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import { expect } from '@jest/globals';
import type { Copies, Log } from '@app/streams';
import { LogEngine, type EngineOptions } from '@app/streams/engine/log-engine.js';
import {
  connectToNats,
  ensureStream,
  JetStreamBackend,
  replication,
  type NatsConnection,
} from '@app/streams/jetstream/index.js';
import { AttemptLedger } from '@app/testing/attempt-ledger.js';
import { Chance } from '@app/testing/chance.js';
import { TestCluster, type TestClusterOptions } from '@app/testing/cluster.js';
import { diaryOn, readItemsOrNone, say } from '@app/testing/diary.js';

export const ROUNDS = Number(process.env['REVEILLE_FAULT_ROUNDS'] ?? 1);
export const SEED = Number(process.env['REVEILLE_FAULT_SEED'] ?? Date.now() % 1_000_000);
export const STREAM = 'LOG';
export const FAR = 8_640_000_000_000_000;
const SUBJECTS = 'log.>';

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const until = async (condition: () => boolean, withinMs = 30_000): Promise<void> => {
  for (const end = Date.now() + withinMs; !condition(); await delay(10))
    if (Date.now() > end) throw new Error('it did not come true in time');
};

/** The log on three brokers, processes that use it, and a ledger of everything they tried on one subject. */
export class R3Bed {
  cluster!: TestCluster;
  subject!: string;
  ledger!: AttemptLedger;
  chance!: Chance;
  private options!: EngineOptions;
  private readonly connections: NatsConnection[] = [];
  private readonly logs: Log[] = [];

  async start(options: TestClusterOptions = {}): Promise<void> {
    this.cluster = await TestCluster.start(options);
    await this.createLog();
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }

  /** Before each test. */
  begin(): void {
    this.subject = `log.t.s.${randomUUID()}.d`;
    this.ledger = new AttemptLedger();
    this.chance = new Chance(SEED);
  }

  /** Ends every process, so that nothing under way can land later. */
  async end(): Promise<void> {
    await Promise.all(this.logs.splice(0).map((log) => log.close()));
    await Promise.all(this.connections.splice(0).map((connection) => connection.close()));
  }

  async open(node: number): Promise<Log> {
    return this.engineOn(await this.connection(node));
  }

  everywhere(): Promise<readonly Log[]> {
    return Promise.all([0, 1, 2].map((node) => this.open(node)));
  }

  /** Stays with its node, however long that does not answer, and knows next to nothing by itself. */
  async faithful(node: number): Promise<Log> {
    const own = { servers: this.cluster.urlOf(node), ignoreClusterUpdates: true, pingInterval: 600_000 };
    const connection = await connect(own);
    this.connections.push(connection);
    return this.engineOn(connection, { tails: { streams: 1 }, recent: { messages: 3, bytes: 1 << 20 } });
  }

  /** Goes to the other nodes when it loses this one. */
  async connection(node: number): Promise<NatsConnection> {
    const connection = await connectToNats(this.cluster.urlOf(node), 'log faults');
    this.connections.push(connection);
    return connection;
  }

  /** One unit after the other until `done`, by three clients of each log; what was not acknowledged is tried again, or given up. */
  clients(all: readonly Log[], name: string, done: () => boolean): Promise<void>[] {
    return all.flatMap((log, i) =>
      [0, 1, 2].map((c) => this.client(log, `${name}${String(i)}${String(c)}`, done, c === 2 ? 'nowhere' : 'anywhere')),
    );
  }

  /** Holds what was tried against the log, as a new process finds it at each of these nodes. */
  async audit(nodes: readonly number[] = [0, 1, 2]): Promise<void> {
    await this.end();
    await this.cluster.caughtUp(STREAM);
    for (const node of nodes) {
      const contradictions = this.ledger.contradictions(await readItemsOrNone(await this.open(node), this.subject));
      expect({ seed: SEED, node, contradictions }).toEqual({ seed: SEED, node, contradictions: [] });
    }
  }

  /** Makes this node the leader of the log, as far as stepping down can do that. */
  async enthrone(node: number): Promise<void> {
    for (let tries = 0; (await this.cluster.leader(STREAM)) !== node; tries += 1) {
      if (tries === 30) throw new Error(`node ${String(node)} never led`);
      await this.cluster.stepDown(STREAM);
      await delay(100);
    }
  }

  /** With REVEILLE_FAULT_REPORT. */
  report(what: string): void {
    if (process.env['REVEILLE_FAULT_REPORT']) process.stderr.write(`${what} ${JSON.stringify(this.ledger.totals)}\n`);
  }

  private async createLog(): Promise<void> {
    const connection = await connectToNats(this.cluster.url, 'log faults');
    const facts = await ensureStream(connection, { name: STREAM, subjects: SUBJECTS, replicas: 3 });
    expect(facts.replicas).toBe(3);
    this.options = replication(SUBJECTS, facts);
    await connection.close();
  }

  private async engineOn(connection: NatsConnection, own: EngineOptions = {}): Promise<Log> {
    const backend = await JetStreamBackend.open(connection, STREAM, 1_000);
    const log = await LogEngine.open(backend, { ...this.options, ...own });
    this.logs.push(log);
    return log;
  }

  private async client(log: Log, name: string, done: () => boolean, copies: Copies): Promise<void> {
    const { chance, ledger, subject } = this;
    for (let n = 0; !done(); n += 1) {
      const id = `${name}-${String(n)}`;
      const since = log.position();
      // An id that is minted for one submission is not submitted again.
      for (let tries = 0; tries < (copies === 'nowhere' ? 1 : 100); tries += 1) {
        const deadline = Date.now() + chance.of([500, 5_000, 20_000]);
        const command = say(id, { client: name, n, since, deadline, copies });
        const { kind } = await ledger.attempt(id, () => log.submit(diaryOn(subject), command));
        if (kind === 'acknowledged' || chance.next() < 0.2) break;
        await delay(chance.between(1, 50));
      }
    }
  }
}
