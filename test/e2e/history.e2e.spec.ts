/*
 * What readers see of streams that are written, closed, deleted, created again and forked by several clients, over two
 * gateways, while these, the projector and the database die and come back. Everything anybody was told is held against
 * the log, which a witness follows from its first message. HISTORY_RUNS=50 runs it longer (1 unless given),
 * HISTORY_SEED=<number> repeats the choices of a run, whose seed a failure shows. With HISTORY_REPLICAS=3 the log is on
 * three brokers, and it is their leader that is killed. With HISTORY_NETWORK=slow one gateway hears of everything late,
 * now and then.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LOG_STREAM } from '@app/contracts';
import { openDatabase, type Database } from '@app/read-model';
import { Chance } from '@app/testing/chance.js';
import { TestCluster } from '@app/testing/cluster.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { TcpProxy } from '@app/testing/tcp-proxy.js';
import { read, wander } from './history/reader.js';
import { MODES, Record } from './history/record.js';
import { Troubles, type Broker } from './history/troubles.js';
import { Verdict } from './history/verdict.js';
import { Witness } from './history/witness.js';
import type { World } from './history/world.js';
import { Writer } from './history/writer.js';
import { AppProcess, appEnvironment } from './support/app-process.js';
import { until } from './support/until.js';

const RUNS = Number(process.env['HISTORY_RUNS'] ?? 1);
const SEED = Number(process.env['HISTORY_SEED'] ?? Date.now() % 1_000_000);
/** Units of content that are acknowledged in one run. */
const WRITES = 250;
const BETWEEN_TROUBLES = { least: 10, most: 40 };
const TROUBLE_MS = 3_000;
const REPLICAS = process.env['HISTORY_REPLICAS'] ?? '1';
// A leader may die between the moment it gives a message its time and the moment others have it.
const FAIL_OVER_MS = 20_000;
const SLOW = process.env['HISTORY_NETWORK'] === 'slow';
const WRITERS = 6;
const READERS = 6;
const PATHS = 5;
const SETUP_MS = 120_000;

// So little that nearly every read needs more: several pages, and what is not in memory any more.
const SMALL = {
  REVEILLE_RECENT_MESSAGES: '30',
  REVEILLE_RECENT_BYTES: '200000',
  REVEILLE_READ_BYTES: '6000',
  LONG_POLL_TIMEOUT_MS: '300',
};

let servers: TestServers;
let gateways: readonly AppProcess[];
let projector: AppProcess;
let cluster: TestCluster | undefined;
let broker: Broker;
let network: TcpProxy | undefined;
let witness: Witness;
let database: Database;
const totals = {
  runs: 0,
  writes: 0,
  acknowledged: 0,
  lives: 0,
  reads: 0,
  bytes: 0,
  unavailable: 0,
  troubles: 0,
  seconds: 0,
};

/** Whoever leads the log when it is killed. */
const leaderOf = (brokers: TestCluster): Broker => {
  let killed = -1;
  return {
    kill: async () => {
      killed = await brokers.leader(LOG_STREAM);
      await brokers.kill(killed);
    },
    restart: () => brokers.restart(killed),
  };
};

beforeAll(async () => {
  servers = await startTestServers({ nats: REPLICAS === '1', postgres: true, durablePostgres: true });
  cluster = REPLICAS === '1' ? undefined : await TestCluster.start();
  broker = cluster ? leaderOf(cluster) : servers.nats;
  const natsUrl = cluster?.url ?? servers.natsUrl;
  const { dir, databaseUrl } = servers;
  const natsMonitorUrl = cluster ? '' : servers.natsMonitorUrl;
  const env = {
    ...appEnvironment({ dir, natsUrl, natsMonitorUrl, databaseUrl }),
    ...SMALL,
    REVEILLE_REPLICAS: REPLICAS,
  };
  // Of several brokers a client hears the addresses of all.
  network = cluster !== undefined || !SLOW ? undefined : await TcpProxy.start(Number(new URL(natsUrl).port));
  const far = network ? { ...env, NATS_URL: `nats://127.0.0.1:${String(network.port)}` } : env;
  gateways = [await AppProcess.create('gateway', far), await AppProcess.create('gateway', env)];
  projector = await AppProcess.create('projector', env);
  await Promise.all([...gateways, projector].map((app) => app.start()));
  database = await openDatabase({ url: servers.databaseUrl });
  witness = await Witness.follow(natsUrl, LOG_STREAM, database);
}, SETUP_MS);

afterAll(async () => {
  await Promise.all([...gateways, projector].map((app) => app.destroy()));
  await network?.stop();
  await witness.stop();
  await database.close();
  await cluster?.stop();
  await servers.stop();
}, SETUP_MS);

/** Everybody at once, until there were enough writes and everything is well again. */
const turmoil = async (world: World): Promise<void> => {
  const { chance, record } = world;
  let stopped = false;
  const write = async (writer: Writer): Promise<void> => {
    while (!stopped) await writer.step();
  };
  const clients = Array.from({ length: WRITERS }, (_, n) =>
    write(new Writer(`${world.paths[0] ?? ''}-${String(n)}`, world)),
  );
  const readers = Array.from({ length: READERS }, () => wander(world, () => stopped));
  const troubles = new Troubles(
    { gateways, projector, postgres: servers.postgres, broker, ...(network && { network }) },
    chance,
  );
  while (record.acknowledged < WRITES) {
    const enough = record.acknowledged + chance.between(BETWEEN_TROUBLES.least, BETWEEN_TROUBLES.most);
    // Clients that can do nothing must not keep the trouble from ending.
    await until('writes', () => record.acknowledged >= enough, { withinMs: TROUBLE_MS }).catch(() => undefined);
    await troubles.next();
  }
  await troubles.over();
  stopped = true;
  await Promise.all([...clients, ...readers]);
  for (const count of troubles.done.values()) totals.troubles += count;
};

/** Everything there is, read by everybody from the beginning to the end. */
const readAll = async (world: World): Promise<void> => {
  const whole = async (path: string, gateway: number, mode: (typeof MODES)[number]): Promise<void> => {
    for (let from = '-1'; ;) {
      // Nobody is in trouble any more, so there is an answer.
      const last = await until(
        `${mode} of ${path} from ${from} at gateway ${String(gateway)}`,
        async () => {
          const seen = await read(world, { path, gateway, mode, from }, 10_000);
          return seen && seen.status > 0 && seen.status < 500 ? seen : undefined;
        },
        { withinMs: 60_000 },
      );
      if (last.next === undefined || last.next === from || last.upToDate || last.closed) return;
      from = last.next;
    }
  };
  for (const path of world.paths)
    await Promise.all(gateways.flatMap((_, gateway) => MODES.map((mode) => whole(path, gateway, mode))));
  for (const path of world.paths)
    for (const from of world.record.known(path).slice(0, 20))
      await read(world, { path, from, gateway: world.chance.between(0, 1), mode: 'catch-up' });
};

const historyReads = async (): Promise<number> => {
  const [row] = await database.query<{ fetched: string }>(
    `SELECT idx_tup_fetch AS fetched FROM pg_stat_user_tables WHERE relname = 'history'`,
  );
  return Number(row?.fetched ?? 0);
};

it.each(Array.from({ length: RUNS }, (_, run) => SEED + run))(
  'every reader sees every life of a stream whole, once and in order, whatever happens (seed %i)',
  async (seed) => {
    const began = performance.now();
    const record = new Record();
    const world: World = {
      chance: new Chance(seed),
      record,
      paths: Array.from({ length: PATHS }, (_, n) => `history/${String(seed)}-${String(n)}`),
      gateways: gateways.map(({ url }) => url),
      types: new Map(),
      ended: new Set(),
    };
    await turmoil(world);
    await readAll(world);
    await until('the witness', () => witness.complete());
    const { problems } = new Verdict(record, witness, world.paths, cluster && FAIL_OVER_MS);
    expect({ seed, problems: problems.slice(0, 20), of: problems.length }).toEqual({ seed, problems: [], of: 0 });
    expect(await historyReads()).toBeGreaterThan(0);

    totals.runs += 1;
    totals.writes += record.units.size + record.changes.length;
    totals.acknowledged += record.acknowledged;
    totals.lives += world.paths.reduce((sum, path) => sum + witness.of(path).length, 0);
    totals.reads += record.sightings.length;
    totals.bytes += record.sightings.reduce((sum, { body }) => sum + body.length, 0);
    totals.unavailable += record.unavailable;
    totals.seconds += Math.round((performance.now() - began) / 1_000);
    process.stdout.write(`history: ${JSON.stringify({ seed, ...totals })}\n`);
  },
  180_000,
);
