/*
 * What reading a stream costs when it is a small part of a big log: counted in questions to the broker, messages from it
 * and rows from the database, not in time. HISTORY_LOG=1000000 makes the big log that big.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LOG_STREAM, streamSubject } from '@app/contracts/topology/topology.js';
import { logAddress } from '@app/messaging';
import {
  connectDatabase,
  LaneWorker,
  LocalLaneHints,
  openDatabase,
  projectionGroups,
  ProjectorWork,
  type Database,
} from '@app/read-model';
import { StoredHistory } from '@app/runtime';
import { START, type Log, type Offset } from '@app/streams';
import { encodeMessage } from '@app/streams/codec/index.js';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import { connectToNats, ensureStreams, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { diaryOn, say } from '@app/testing/diary.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { waitUntil } from '@app/platform/embedded/wait-until.js';

const EVENTS = 100;
const BIG = Number(process.env['HISTORY_LOG'] ?? 20_000);
const AT_ONCE = 500;
const READ_LIMIT = { messages: 5_000, bytes: 1 << 20 };
const GROUP = 'projector';
const LONG_MS = 60_000 + BIG;

let servers: TestServers;
let connection: NatsConnection;
let observer: NatsConnection;
let backend: JetStreamBackend;
let log: Log;
let readDatabase: Database;
let database: Database;
let worker: LaneWorker;
/** Questions to the broker by kind. */
const questions = new Map<string, number>();

const open = async (): Promise<Log> =>
  LogEngine.open(await JetStreamBackend.open(connection, LOG_STREAM, 1_000), {
    recent: { messages: 10, bytes: 1 << 20 },
    history: new StoredHistory(readDatabase),
  });

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  [connection, observer] = [
    await connectToNats(servers.natsUrl, 'reader'),
    await connectToNats(servers.natsUrl, 'observer'),
  ];
  await ensureStreams(connection);
  observer.subscribe('$JS.API.>', {
    callback: (_error, { subject }) => {
      const kind = subject.split('.').slice(2, 5).join('.');
      questions.set(kind, (questions.get(kind) ?? 0) + 1);
    },
  });
  const url = await servers.freshDatabase();
  database = await openDatabase({ url });
  // One session, so that what it counted can be asked for at once.
  readDatabase = await connectDatabase({ url, poolSize: 1 });
  backend = await JetStreamBackend.open(connection, LOG_STREAM, 5_000);
  log = await open();
  const [projector] = projectionGroups.filter(({ group }) => group === GROUP);
  worker = new LaneWorker(database, await open(), new ProjectorWork(projector?.projections ?? []), {
    group: GROUP,
    address: logAddress,
    hints: new LocalLaneHints(),
    synchronousCommit: 'off',
  });
  worker.start();
}, LONG_MS);

afterAll(async () => {
  await worker.stop();
  await log.close();
  await Promise.all([database.close(), readDatabase.close()]);
  await Promise.all([connection.close(), observer.close()]);
  await servers.stop();
}, LONG_MS);

let written = 0;

/** Other streams' messages, as they are on the wire. */
const noise = async (count: number): Promise<void> => {
  for (const end = written + count; written < end;) {
    const batch = Array.from({ length: Math.min(AT_ONCE, end - written) }, () => (written += 1));
    await Promise.all(
      batch.map((n) =>
        backend.publish(
          streamSubject('default', `noise/${String(n % 1_000)}`),
          encodeMessage({
            kind: 'commit',
            prev: 0,
            units: [{ id: `n${String(n)}`, count: 1 }],
            events: [],
            types: [],
            state: {
              incarnation: 1,
              contentType: 'application/json',
              closed: false,
              tail: 'self',
              producers: [],
              hot: null,
              coldAt: 'none',
            },
            payload: Buffer.from(`[{"n":${String(n)}}]`),
          }),
          null,
        ),
      ),
    );
  }
};

/** A stream whose events lie `apart` messages from each other. */
const spread = async (subject: string, apart: number): Promise<Offset> => {
  let middle = START;
  for (let n = 0; n < EVENTS; n += 1) {
    const { offset } = await log.submit(diaryOn(subject), say(`${subject}-${String(n)}`, { since: log.position() }));
    if (n === EVENTS / 2 - 1) middle = offset;
    await noise(apart);
  }
  await noise(50);
  return middle;
};

const projected = async (): Promise<void> => {
  const last = await backend.lastSeq();
  const done = async (): Promise<true | undefined> => {
    const [row] = await database.query<{ at: number }>('SELECT min(position) AS at FROM lanes');
    return (row?.at ?? 0) >= last ? true : undefined;
  };
  expect(await waitUntil(done, { withinMs: LONG_MS / 2 })).toBe(true);
};

/** Rows of the history that were fetched so far, by whichever way. */
const rows = async (): Promise<number> => {
  await readDatabase.query('SELECT pg_stat_force_next_flush()');
  const [row] = await readDatabase.query<{ rows: number }>(
    `SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_user_tables WHERE relname = 'history'`,
  );
  return row?.rows ?? 0;
};

const asked = async (): Promise<Readonly<{ [kind: string]: number }>> => {
  await observer.flush();
  return Object.fromEntries(questions);
};

interface Cost {
  readonly entries: number;
  readonly rows: number;
  readonly questions: { readonly [kind: string]: number };
}

/** By a process that has seen nothing of the stream before. */
const costOf = async (subject: string, from: Offset): Promise<Cost> => {
  const reader = await open();
  const [rowsBefore, before] = [await rows(), await asked()];
  const { entries, upToDate } = await reader.read(subject, from, READ_LIMIT);
  const [rowsAfter, after] = [await rows(), await asked()];
  await reader.close();
  expect(upToDate).toBe(true);
  const more = Object.entries(after).map(([kind, n]) => [kind, n - (before[kind] ?? 0)] as const);
  return {
    entries: entries.length,
    rows: rowsAfter - rowsBefore,
    questions: Object.fromEntries(more.filter(([, n]) => n > 0)),
  };
};

it(
  'reading costs what the stream is, not what the log is',
  async () => {
    const [near, far] = ['near', 'far'].map((name) => streamSubject('default', name)) as [string, string];
    const middle = { near: await spread(near, 0), far: await spread(far, Math.ceil(BIG / EVENTS)) };
    await projected();
    const small = await costOf(near, START);
    expect(small).toMatchObject({ entries: EVENTS, rows: expect.any(Number) });
    expect(small.rows).toBeGreaterThanOrEqual(EVENTS);
    expect(small.rows).toBeLessThan(EVENTS * 1.2);
    expect(await costOf(far, START)).toEqual(small);
    const half = await costOf(near, middle.near);
    expect(half).toMatchObject({ entries: EVENTS / 2 });
    expect(half.rows).toBeLessThan(EVENTS * 0.6 + 10);
    expect(await costOf(far, middle.far)).toEqual(half);
    process.stdout.write(`of ${String(written)} messages: ${JSON.stringify({ small, half })}\n`);
  },
  LONG_MS,
);
