import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stamp } from '@app/application';
import { LOG_STREAM, LOG_SUBJECTS, streamSubject } from '@app/contracts/topology/topology.js';
import { decideAttach, decideDelete, endsAt, type AttachmentManifest, type StreamConfig } from '@app/domain';
import { logAddress } from '@app/messaging';
import { createLogger, SystemClock } from '@app/platform';
import { waitUntil } from '@app/platform/embedded/index.js';
import {
  LaneWorker,
  LocalLaneHints,
  openDatabase,
  projectionGroups,
  PROJECTOR_GROUP,
  ProjectorWork,
  type Database,
} from '@app/read-model';
import { START, type Log, type LogMessage } from '@app/streams';
import { connectToNats, openJetStreamLog, type NatsConnection } from '@app/streams/jetstream/index.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { Saga } from '../../apps/saga/src/saga.js';
import { StreamsOnLog, TENANT } from '../processes/streams-on-log.js';
import { EntitiesOnLog, mainOf } from './saga/entities-on-log.js';

let servers: TestServers;
let connection: NatsConnection;
let log: Log;
let db: Database;
let streams: StreamsOnLog;
let projector: LaneWorker;
let sagas: readonly Saga[];
/** How far the clock of the sagas is ahead. */
let ahead = 0;

const idle = (ttl: number): Partial<StreamConfig> => ({ expiry: { kind: 'idle', ttl } });

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const seen = await waitUntil(async () => ((await holds()) ? true : undefined), { withinMs: 60_000, everyMs: 20 });
  if (!seen) throw new Error(`waited in vain for ${what}`);
};

const situation = async (path: string): Promise<string> => (await streams.writer.load(TENANT, path)).state.situation;

const ended = (path: string): Promise<void> =>
  until(`the end of ${path}`, async () => (await situation(path)) === 'absent');

/** What there is of a stream in the log, oldest first. */
const messagesOf = async (path: string): Promise<readonly LogMessage[]> => {
  const found: LogMessage[] = [];
  for (let { seq } = await streams.writer.load(TENANT, path); seq > 0;) {
    const message = await log.message(seq);
    if (message?.subject !== streamSubject(TENANT, path)) throw new Error(`message ${String(seq)} is missing`);
    found.unshift(message);
    seq = message.prev;
  }
  return found;
};

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  connection = await connectToNats(servers.natsUrl, 'sweep-test');
  log = await openJetStreamLog(connection, { name: LOG_STREAM, subjects: LOG_SUBJECTS });
  db = await openDatabase({ url: servers.databaseUrl });
  streams = new StreamsOnLog(log);
  const projections = projectionGroups.find(({ group }) => group === PROJECTOR_GROUP)?.projections ?? [];
  const hints = new LocalLaneHints();
  const lanes = { group: PROJECTOR_GROUP, address: logAddress, hints, synchronousCommit: 'off' } as const;
  projector = new LaneWorker(db, log, new ProjectorWork(projections), lanes);
  projector.start();
  const logger = createLogger({ app: 'saga', mode: 'development', logLevel: 'silent' });
  const clock = { now: () => Date.now() + ahead };
  const sweep = { everyMs: 50, goneEveryMs: 100, graceMs: 0 };
  // Two, that share the lanes.
  const sweepAttachments = { everyMs: 50, allEveryMs: 100, graceMs: 0 };
  sagas = [0, 1].map(() => new Saga({ eventLog: log, database: db, hints, clock, logger, sweep, sweepAttachments }));
  for (const saga of sagas) saga.start();
  await until('shared lanes', () => Promise.resolve(sagas.every((saga) => saga.status().lanes.length === 4)));
}, 60_000);

afterAll(async () => {
  await Promise.all(sagas.map((saga) => saga.stop()));
  await projector.stop();
  await log.close();
  await db.close();
  await connection.close();
  await servers.stop();
}, 90_000);

it('streams whose time is over end once, although nobody looks at them', async () => {
  const paths = Array.from({ length: 40 }, (_, n) => `untouched/${String(n)}`);
  const at = Date.now() + 1_000;
  await Promise.all(
    paths.map((path, n) =>
      streams.create(path, 'x', n % 2 ? idle(1) : { expiry: { kind: 'instant', at, text: 'as asked' } }),
    ),
  );
  await streams.create('untouched/for ever', 'x');
  await streams.create('untouched/for long', 'x', idle(3_600));
  await Promise.all(paths.map(ended));
  await until(
    'no row',
    async () => (await db.query(`SELECT 1 FROM stream_ends WHERE path <> 'untouched/for long'`)).length === 0,
  );
  for (const path of paths) expect((await messagesOf(path)).map(({ kind }) => kind)).toEqual(['commit', 'tombstone']);
  for (const path of ['untouched/for ever', 'untouched/for long']) expect(await situation(path)).toBe('live');
}, 90_000);

it('a stream that is used in time lives on, and ends its time after the last use', async () => {
  const paths = Array.from({ length: 12 }, (_, n) => `used/${String(n)}`);
  await Promise.all(paths.map((path) => streams.create(path, '', idle(1))));
  // Each is used again and again, a little later every time, until once it is too late.
  const use = async (path: string, first: number): Promise<string> => {
    let text = '';
    for (let wait = first; ; wait += 40) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const word = `${randomUUID()};`;
      const taken = await streams.append(path, word).then(
        () => true,
        () => false,
      );
      if (!taken) return text;
      text += word;
    }
  };
  const texts = await Promise.all(paths.map((path, n) => use(path, 850 + n * 15)));
  await Promise.all(paths.map(ended));
  for (const [n, path] of paths.entries()) {
    const messages = await messagesOf(path);
    expect(messages.map(({ payload }) => Buffer.from(payload).toString()).join('')).toBe(texts[n]);
    expect(messages.filter(({ kind }) => kind === 'tombstone')).toHaveLength(1);
    const last = messages
      .flatMap(({ events }) => events)
      .filter(({ type }) => type !== 'deleted')
      .at(-1)?.data;
    const renewedAt = (last as { at: number }).at;
    const end = endsAt({ situation: 'live', expiry: { kind: 'idle', ttl: 1 }, renewedAt, ties: { references: [] } });
    expect(messages.at(-1)?.time).toBeGreaterThanOrEqual(end);
  }
}, 90_000);

describe('an attachment whose maker died', () => {
  /** The bytes are stored, and nothing else. */
  const stored = async (entity: string): Promise<AttachmentManifest> => {
    const path = `${entity.slice(1)}/attachments/x`;
    const manifest: AttachmentManifest = {
      key: 'attachment:x',
      kind: 'attachment',
      id: 'x',
      streamPath: `/${path}`,
      status: 'complete',
      subject: { type: 'run', key: 'r' },
      role: 'input',
      mimeType: 'text/plain',
      byteLength: 5,
      sha256: 'not looked at',
      createdAt: '2026-01-02T03:04:05.678Z',
      createdBy: '/principal/user%3Aa',
    };
    await streams.writer.submit(TENANT, path, stamp(log, new SystemClock()), {
      creates: true,
      sent: { body: Buffer.from('bytes'), count: 5, types: [] },
      decide: ({ state }) => decideAttach(state, { now: 0, contentType: 'text/plain', manifest }),
    });
    return manifest;
  };

  const told = async (entity: string): Promise<readonly unknown[]> => {
    const { entries } = await log.read(mainOf(entity), START, { messages: 100, bytes: 1 << 20 });
    const items = entries.flatMap(({ body }) => JSON.parse(`[${Buffer.from(body).toString()}]`) as { type: string }[]);
    return items.filter(({ type }) => type === 'manifest');
  };

  it('while it was added, or removed, is finished', async () => {
    const entities = new EntitiesOnLog(log);
    await entities.spawn('/files/told');
    const manifest = await stored('/files/told');
    await until('the entry', async () => (await told('/files/told')).length > 0);
    // Whoever removes it dies of it, too: then its bytes are still there.
    await entities.post('/files/told', { type: 'manifest', key: manifest.key, headers: { operation: 'delete' } });
    await ended('files/told/attachments/x');
    expect(await told('/files/told')).toEqual([
      expect.objectContaining({ value: manifest, headers: expect.objectContaining({ operation: 'upsert' }) }),
      expect.objectContaining({ headers: expect.objectContaining({ operation: 'delete' }) }),
    ]);
  }, 60_000);

  it('before an entity was told that has ended meanwhile is gone', async () => {
    const entities = new EntitiesOnLog(log);
    await entities.spawn('/files/ended');
    await entities.kill('/files/ended');
    await stored('/files/ended');
    await ended('files/ended/attachments/x');
    expect(await told('/files/ended')).toEqual([]);
  }, 60_000);
});

it('a source that only a fork keeps goes after it, also if whoever ended the fork died of it', async () => {
  await streams.create('source', 'shared;');
  await streams.fork('fork', 'source', 'own;');
  await streams.remove('source');
  const { now, ...taken } = stamp(log, { now: () => Date.now() });
  expect(await situation('source')).toBe('gone');
  ahead = 61_000;
  // Swept many times, while the fork still needs it.
  await until('rounds of a sweeper', async () => (await log.barrier()) > 0 && Date.now() - now > 1_000);
  expect(await streams.text('fork')).toBe('shared;own;');
  expect(await situation('source')).toBe('gone');
  await streams.writer.submit(
    TENANT,
    'fork',
    { ...taken, now, deadline: now + 60_000 },
    {
      decide: ({ state }) => decideDelete(state, now),
    },
  );
  await ended('source');
}, 60_000);
