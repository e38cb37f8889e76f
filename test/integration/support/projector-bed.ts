import { logAddress } from '@app/messaging';
import {
  LaneWorker,
  LocalLaneHints,
  openDatabase,
  projectionGroups,
  ProjectorWork,
  type Database,
  type LaneWork,
  type LaneWorkerOptions,
} from '@app/read-model';
import type { Log } from '@app/streams';
import { encodeMessage } from '@app/streams/codec/index.js';
import {
  connectToNats,
  JetStreamBackend,
  openJetStreamLog,
  type NatsConnection,
} from '@app/streams/jetstream/index.js';
import { messageOf, type MessageSpec } from '@app/testing/projection-spec.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { waitUntil } from '@app/platform/embedded/wait-until.js';

export const GROUP = 'projector';
export const projections = projectionGroups.find(({ group }) => group === GROUP)?.projections ?? [];

export interface StartOptions extends Partial<LaneWorkerOptions> {
  readonly database?: Database;
  readonly work?: LaneWork;
}

interface BedOptions {
  readonly durablePostgres?: boolean;
  /** How long something may take that is waited for; default 10,000. */
  readonly withinMs?: number;
  /** What every database that is opened needs besides. */
  readonly prepare?: (database: Database) => Promise<void>;
}

interface Started {
  readonly worker: LaneWorker;
  readonly hints: LocalLaneHints;
}

/**
 * Lane workers on a real broker and a real database. One broker serves all tests of a file: between `begin` and `end` each
 * has a log of its own, under a first token of its own, and an empty database.
 */
export class ProjectorBed {
  log!: Log;
  url!: string;
  db!: Database;
  backend!: JetStreamBackend;
  private prefix!: string;
  private number = 0;
  private readonly opened: Database[] = [];
  private readonly workers: LaneWorker[] = [];

  private constructor(
    readonly servers: TestServers,
    private readonly connection: NatsConnection,
    private readonly options: BedOptions,
  ) {}

  static async start(options: BedOptions = {}): Promise<ProjectorBed> {
    const { durablePostgres = false } = options;
    const servers = await startTestServers({ nats: true, postgres: true, durablePostgres });
    return new ProjectorBed(servers, await connectToNats(servers.natsUrl, 'projector-bed'), options);
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await this.servers.stop();
  }

  async begin(): Promise<void> {
    this.number += 1;
    const name = `T${String(this.number)}`;
    this.prefix = `t${String(this.number)}.`;
    this.log = await openJetStreamLog(this.connection, { name, subjects: `${this.prefix}>` });
    this.backend = await JetStreamBackend.open(this.connection, name, 1_000);
    this.url = await this.freshDatabase();
    this.db = await this.open();
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
    await Promise.all(this.opened.splice(0).map((database) => database.close()));
    await this.backend.close();
    await this.log.close();
  }

  freshDatabase(): Promise<string> {
    return this.servers.freshDatabase();
  }

  async open(url = this.url): Promise<Database> {
    const database = await openDatabase({ url });
    this.opened.push(database);
    await this.options.prepare?.(database);
    return database;
  }

  readonly address: LaneWorkerOptions['address'] = (subject) => logAddress(subject.slice(this.prefix.length));

  /** @returns the sequence of the last */
  async publish(specs: readonly MessageSpec[]): Promise<number> {
    let last = 0;
    for (const spec of specs) {
      const { message } = messageOf(0, spec);
      const draft = { ...message, state: { ...message.state, incarnation: 0, tail: 'self', coldAt: 'none' } } as const;
      last = await this.backend.publish(`${this.prefix}${message.subject}`, encodeMessage(draft), null);
    }
    return last;
  }

  start({ database = this.db, work = new ProjectorWork(projections), ...options }: StartOptions = {}): Started {
    const hints = new LocalLaneHints();
    const worker = new LaneWorker(database, this.log, work, {
      group: GROUP,
      address: this.address,
      hints,
      leaseMs: 600,
      synchronousCommit: 'off',
      ...options,
    });
    this.workers.push(worker);
    worker.start();
    return { worker, hints };
  }

  /** It is stopped, and nobody waits for it: its database is gone. */
  abandon(worker: LaneWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1);
    void worker.stop();
  }

  async until(
    what: string,
    check: () => boolean | Promise<boolean>,
    withinMs = this.options.withinMs ?? 10_000,
  ): Promise<void> {
    const found = await waitUntil(async () => ((await check()) ? true : undefined), { withinMs });
    const states = (): string => JSON.stringify(this.workers.map((each) => each.status()));
    if (!found) throw new Error(`never: ${what}; workers: ${states()}`);
  }

  /** The lowest of the lanes; 0 without any. */
  async position(database = this.db): Promise<number> {
    const [row] = await database.query<{ at: number | null }>(
      'SELECT min(position) AS at FROM lanes WHERE worker_group = $1',
      [GROUP],
    );
    return row?.at ?? 0;
  }

  reached(seq: number, database = this.db): Promise<void> {
    return this.until(`lanes at ${String(seq)}`, async () => (await this.position(database)) >= seq);
  }
}
