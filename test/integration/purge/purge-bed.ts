import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { LOG_STREAM, LOG_SUBJECTS, streamSubject } from '@app/contracts/topology/topology.js';
import { logAddress } from '@app/messaging';
import { waitUntil } from '@app/platform/embedded/index.js';
import {
  LaneWorker,
  LocalLaneHints,
  openDatabase,
  projectionDigest,
  projectionGroups,
  PROJECTOR_GROUP,
  ProjectorWork,
  Purger,
  rebuild,
  reportPurges,
  type Database,
} from '@app/read-model';
import { StoredHistory } from '@app/runtime/read-side/stored-history.js';
import type { Log } from '@app/streams';
import { connectToNats, openJetStreamLog, type NatsConnection } from '@app/streams/jetstream/index.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { wrap } from '../../processes/armed.js';
import { StreamsOnLog, TENANT } from '../../processes/streams-on-log.js';

export const LEASE_MS = 300;
export const KIB = 'x'.repeat(1024);

const projections = projectionGroups.find(({ group }) => group === PROJECTOR_GROUP)?.projections ?? [];

export const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const seen = await waitUntil(async () => ((await holds()) ? true : undefined), { withinMs: 60_000, everyMs: 10 });
  if (!seen) throw new Error(`waited in vain for ${what}`);
};

export const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** A log on a real broker, its read model, and projectors that purge; what is seen of them is seen on the broker itself. */
export class PurgeBed {
  servers!: TestServers;
  log!: Log;
  db!: Database;
  streams!: StreamsOnLog;
  private connection!: NatsConnection;
  private counted!: Database;
  /** How often a purger has looked for work. */
  private looks = 0;
  private readonly started: { stop(): Promise<unknown> }[] = [];

  readonly start = async (): Promise<void> => {
    // The killed processes run from what `npm run build` makes.
    await promisify(execFile)(process.execPath, ['scripts/build.mjs']);
    this.servers = await startTestServers({ nats: true, postgres: true, durablePostgres: true });
    this.connection = await connectToNats(this.servers.natsUrl, 'purge-test');
    this.db = await openDatabase({ url: this.servers.databaseUrl });
    this.counted = wrap<Database>(this.db, {
      query: (text, values) => {
        this.looks += 1;
        return this.db.query(text, values);
      },
    });
    this.log = await openJetStreamLog(
      this.connection,
      { name: LOG_STREAM, subjects: LOG_SUBJECTS },
      // So little memory that what is older than a moment comes from history or the broker.
      { history: new StoredHistory(this.db), recent: { messages: 5, bytes: 1 << 20 } },
    );
    this.streams = new StreamsOnLog(this.log);
  };

  readonly stop = async (): Promise<void> => {
    await this.stopAll();
    await this.log.close();
    await this.db.close();
    await this.connection.close();
    await this.servers.stop();
  };

  /** A process that works on the lanes of a group, and purges if they are those of the projector. */
  readonly projector = (group = PROJECTOR_GROUP): LaneWorker => {
    const worker = new LaneWorker(this.db, this.log, new ProjectorWork(projections), {
      group,
      address: logAddress,
      hints: new LocalLaneHints(),
      synchronousCommit: 'off',
      leaseMs: LEASE_MS,
    });
    worker.start();
    this.started.push(worker);
    if (group !== PROJECTOR_GROUP) return worker;
    const purger = new Purger(
      { db: this.counted, log: this.log, worker, subject: streamSubject, onTrouble: () => undefined },
      { everyMs: 20, chunk: 50 },
    );
    purger.start();
    this.started.unshift(purger);
    return worker;
  };

  readonly stopAll = async (): Promise<void> => {
    for (const each of this.started.splice(0)) await each.stop();
  };

  readonly passed = async (group: string, seq: number): Promise<boolean> => {
    const [row] = await this.db.query<{ at: number | null }>(
      'SELECT min(position) AS at FROM lanes WHERE worker_group = $1',
      [group],
    );
    return (row?.at ?? 0) >= seq;
  };

  readonly isDue = async (): Promise<boolean> => (await reportPurges(this.db)).due > 0;

  /** A purger has looked for work twice, so once it has done what it found. */
  readonly looked = async (): Promise<void> => {
    const before = this.looks;
    await until('a purger', () => Promise.resolve(this.looks > before + 2));
  };

  /** The projector has seen the whole log, and nothing is left to purge. */
  readonly settled = async (): Promise<void> => {
    const end = await this.log.barrier();
    await until('lanes at the end', () => this.passed(PROJECTOR_GROUP, end));
    await until('nothing to purge', async () => !(await this.isDue()));
  };

  /** Messages by path, of all paths that begin so. */
  readonly messagesOf = async (prefix: string): Promise<ReadonlyMap<string, number>> => {
    const manager = await jetstreamManager(this.connection);
    const { state } = await manager.streams.info(LOG_STREAM, { subjects_filter: `log.${TENANT}.s.${prefix}.>` });
    const entries = Object.entries(state.subjects ?? {});
    return new Map(entries.map(([subject, count]) => [logAddress(subject)?.path ?? subject, count]));
  };

  readonly bytesOfLog = async (): Promise<number> => {
    const manager = await jetstreamManager(this.connection);
    return (await manager.streams.info(LOG_STREAM)).state.bytes;
  };

  readonly rowsOf = async (table: 'history' | 'stream_producers', prefix: string): Promise<number> => {
    const [row] = await this.db.query<{ rows: number }>(
      `SELECT count(*) AS rows FROM ${table} WHERE tenant = $1 AND starts_with(path, $2)`,
      [TENANT, `${prefix}/`],
    );
    return row?.rows ?? -1;
  };

  /** Digests of every projection, and again after each was rebuilt. */
  readonly digests = async (): Promise<{ readonly kept: unknown; readonly rebuilt: unknown }> => {
    const all = async (): Promise<unknown> => {
      const found: unknown[] = [];
      for (const projection of projections) found.push(...(await projectionDigest(this.db, projection)));
      return found;
    };
    await this.settled();
    const kept = await all();
    for (const projection of projections)
      await rebuild({ db: this.db, log: this.log, group: PROJECTOR_GROUP, projection, address: logAddress });
    await this.settled();
    return { kept, rebuilt: await all() };
  };

  /** Streams of so many messages of 1 KiB. @returns their paths */
  readonly written = async (prefix: string, count: number, appends: number): Promise<readonly string[]> => {
    const paths = numbers(count).map((n) => `${prefix}/${String(n)}`);
    await Promise.all(
      paths.map(async (path) => {
        await this.streams.create(path, KIB);
        for (let n = 1; n < appends; n += 1) await this.streams.append(path, KIB);
      }),
    );
    return paths;
  };
}
