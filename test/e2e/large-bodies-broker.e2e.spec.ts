/*
 * A body of 24 pieces whose broker is killed between two of them, with the gateway that writes it or without; and a
 * projector that ends between the pieces of one entry. REVEILLE_FAULT_ROUNDS=20 (1 unless given) multiplies the kills of
 * the broker, REVEILLE_FAULT_SEED=<number> repeats the pieces of a run.
 */
import { createHash, randomBytes, type Hash } from 'node:crypto';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '@app/read-model';
import { Chance } from '@app/testing/chance.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { caller } from './gateway/http.js';
import { Fleet } from './support/fleet.js';
import { until } from './support/until.js';

const PIECES = 24;
const BYTES = PIECES * 1024 * 1024;
const LONG_MS = 180_000;
const ROUNDS = Number(process.env['REVEILLE_FAULT_ROUNDS'] ?? 1);
const SEED = Number(process.env['REVEILLE_FAULT_SEED'] ?? Date.now() % 1_000_000);
const BINARY = { 'content-type': 'application/octet-stream' };
const LOCK = 24;

let servers: TestServers;
let fleet: Fleet;
let observer: NatsConnection;
let database: Database;

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const at = (gateway: number) => caller(() => fleet.urls[gateway] ?? '');

/** Resolves when the broker was given this piece of a batch. */
const given = (path: string, piece: number): Promise<void> =>
  new Promise((resolve) => {
    const watching = observer.subscribe(`log.*.s.${path.slice(1).replaceAll('/', '.')}.d`, {
      callback: (_error, message) => {
        if (message.headers?.get('Nats-Batch-Sequence') !== String(piece)) return;
        watching.unsubscribe();
        resolve();
      },
    });
  });

interface Page {
  readonly body: Buffer;
  readonly next: string;
  readonly upToDate: boolean;
}

/** One answer that came whole; undefined otherwise. */
const page = async (gateway: number, path: string, query: string): Promise<Page | undefined> => {
  const response = await fetch(`${fleet.urls[gateway] ?? ''}${path}?${query}`).catch(() => undefined);
  const body = await response?.arrayBuffer().catch(() => undefined);
  if (response?.status !== 200 || !body) return undefined;
  const { headers } = response;
  const next = headers.get('stream-next-offset') ?? '';
  return { body: Buffer.from(body), next, upToDate: headers.has('stream-up-to-date') };
};

/** Everything after `offset`, once the gateway can say. */
const contentOf = async (gateway: number, path: string, offset = '-1'): Promise<Buffer> => {
  const bodies: Buffer[] = [];
  for (let from = offset; ;) {
    const found = await until(`the content of ${path}`, () => page(gateway, path, `offset=${from}`), {
      withinMs: 60_000,
    });
    bodies.push(found.body);
    if (found.upToDate) return Buffer.concat(bodies);
    from = found.next;
  }
};

/** Follows by long-poll until `total` bytes came, going on where it was told to whenever it was cut off. */
const follow = async (gateway: number, path: string, total: number): Promise<string> => {
  const all = createHash('sha256');
  let seen = 0;
  for (let offset = '-1'; seen < total;) {
    const found = await page(gateway, path, `offset=${offset}&live=long-poll`);
    if (!found) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    all.update(found.body);
    seen += found.body.length;
    offset = found.next;
  }
  expect(seen).toBe(total);
  return all.digest('hex');
};

beforeAll(async () => {
  servers = await startTestServers({ nats: true, postgres: true });
  const env = { LONG_POLL_TIMEOUT_MS: '2000', REVEILLE_REQUEST_TIMEOUT_MS: '60000' };
  fleet = await Fleet.start({ ...servers.urls, env, copies: { gateway: 2, projector: 1, saga: 0 } });
  database = await openDatabase({ url: servers.databaseUrl });
  observer = await connect({ servers: servers.natsUrl, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
}, LONG_MS);

afterAll(async () => {
  await observer.close();
  await fleet.stop();
  await database.close();
  await servers.stop();
}, LONG_MS);

describe('a broker that dies while it is given a body in pieces', () => {
  const chance = new Chance(SEED);
  const KILLS = [
    { piece: 1, gateway: 'lives' },
    { piece: 12, gateway: 'dies' },
    { piece: PIECES, gateway: 'lives' },
    ...Array.from({ length: 3 * (ROUNDS - 1) }, () => ({
      piece: chance.between(1, PIECES),
      gateway: chance.of(['lives', 'dies']),
    })),
  ] as const;
  const PATH = '/cut/bodies';
  const written: Hash = createHash('sha256');
  const outcomes: string[] = [];
  let following: Promise<string>;

  beforeAll(async () => {
    expect((await at(0)('PUT', PATH, undefined, BINARY)).status).toBe(201);
    following = follow(1, PATH, KILLS.length * BYTES);
    // Whoever waits for it says what went wrong.
    following.catch(() => undefined);
  });

  it.each(KILLS.map(({ piece, gateway }, round) => [piece, gateway, round] as const))(
    'with piece %i, while the gateway %s, keeps all of it or nothing, and once after it is sent again (round %i)',
    async (piece, gateway, round) => {
      const body = randomBytes(BYTES);
      const headers = { ...BINARY, 'producer-id': 'p', 'producer-epoch': '0', 'producer-seq': String(round) };
      const from = (await at(1)('HEAD', PATH)).headers.get('stream-next-offset') ?? '';
      const reached = given(PATH, piece);
      await observer.flush();
      const asked = at(0)('POST', PATH, body, headers).then(
        ({ status }) => status,
        () => 0,
      );
      await reached;
      // With the last piece: sometimes before all of it is stored, sometimes before somebody is told.
      if (piece === PIECES) await new Promise((resolve) => setTimeout(resolve, chance.between(0, 60)));
      await servers.nats.kill();
      if (gateway === 'dies') await fleet.kill('gateway', 0);
      await servers.nats.restart();
      const status = await asked;
      const found = await contentOf(1, PATH, from);
      outcomes.push(`${String(piece)} ${gateway}: ${String(status)}, ${found.length === 0 ? 'nothing' : 'all'}`);
      expect([0, BYTES]).toContain(found.length);
      if (status === 200) expect(found).toHaveLength(BYTES);
      const again = await at(1)('POST', PATH, body, headers);
      expect({ seed: SEED, status: again.status }).toEqual({ seed: SEED, status: found.length === 0 ? 200 : 204 });
      expect(digest(await contentOf(1, PATH, from))).toBe(digest(body));
      written.update(body);
      if (gateway === 'dies') await fleet.launch('gateway', 0);
    },
    LONG_MS,
  );

  it(
    'is no trouble for readers: who followed, who comes anew and the history have each of them whole, once',
    async () => {
      const all = written.digest('hex');
      process.stdout.write(`broker kills: ${JSON.stringify({ seed: SEED, outcomes })}\n`);
      expect(await following).toBe(all);
      expect(digest(await contentOf(0, PATH))).toBe(all);
      // Without memory of its own, and soon without the log.
      await fleet.kill('gateway', 0);
      await fleet.launch('gateway', 0);
      expect(digest(await contentOf(0, PATH))).toBe(all);
    },
    LONG_MS,
  );
});

describe('a projector that ends between the pieces of one entry', () => {
  /** Rows of the path so far, and how many different messages they are. */
  const rowsOf = async (path: string): Promise<{ readonly rows: number; readonly messages: number }> => {
    const [counted] = await database.query<{ rows: number; messages: number }>(
      'SELECT count(*) AS rows, count(DISTINCT seq) AS messages FROM history WHERE path = $1',
      [path.slice(1)],
    );
    return counted ?? { rows: -1, messages: -1 };
  };

  it.each([
    { rows: 11, signal: 'SIGKILL' },
    { rows: PIECES - 1, signal: 'SIGTERM' },
  ] as const)(
    'when $rows messages of it are there, by $signal, has it whole and once when it is back',
    async ({ rows, signal }) => {
      const path = `/projected/after-${String(rows)}`;
      // Who inserts one more row of the path waits for whoever has the lock.
      await database.execute(`
        CREATE OR REPLACE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF (SELECT count(*) FROM history WHERE path = NEW.path) >= ${String(rows)} THEN
            PERFORM pg_advisory_xact_lock(${String(LOCK)});
          END IF;
          RETURN NEW;
        END $$`);
      await database.execute(`
        CREATE TRIGGER wait_here BEFORE INSERT ON history FOR EACH ROW
        WHEN (NEW.path = '${path.slice(1)}') EXECUTE FUNCTION wait_here()`);
      const body = randomBytes(BYTES);
      let committed = -1;
      await database.session(async (session) => {
        await session.query('SELECT pg_advisory_lock($1)', [LOCK]);
        expect((await at(0)('PUT', path, body, BINARY)).status).toBe(201);
        await until('a projector that waits', async () => {
          const waiting = await session.query(
            `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`,
            [LOCK],
          );
          return waiting.length > 0;
        });
        committed = (await rowsOf(path)).rows;
        fleet.child('projector').signal(signal);
        if (signal === 'SIGKILL') await fleet.child('projector').ended;
        await session.query('SELECT pg_advisory_unlock($1)', [LOCK]);
      });
      await fleet.child('projector').ended;
      await database.execute('DROP TRIGGER wait_here ON history');
      expect(committed).toBeGreaterThan(0);
      expect(committed).toBeLessThan(PIECES);
      await fleet.launch('projector', 0);
      await until('the whole entry', async () => (await rowsOf(path)).rows >= PIECES, { withinMs: 60_000 });
      // What comes behind it is in the history after it.
      expect((await at(1)('POST', path, 'behind', BINARY)).status).toBe(204);
      await until('what is behind', async () => (await rowsOf(path)).rows > PIECES, { withinMs: 60_000 });
      expect(await rowsOf(path)).toEqual({ rows: PIECES + 1, messages: PIECES + 1 });
      // A gateway that was not there reads what it does not remember.
      await fleet.kill('gateway', 1);
      await fleet.launch('gateway', 1);
      expect(digest(await contentOf(1, path))).toBe(digest(Buffer.concat([body, Buffer.from('behind')])));
    },
    LONG_MS,
  );
});
