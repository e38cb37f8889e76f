/*
 * The log on three brokers that copy each other, while its leader changes, dies, sleeps or has no room left. After each
 * test the ledger of everything that was tried is held against the log; during it, every answer that says something of
 * the state is held against what was acknowledged before it was asked for. REVEILLE_FAULT_ROUNDS=10 runs it longer,
 * REVEILLE_FAULT_SEED=<number> repeats the chances of a run, whose seed a failure shows.
 */
import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LogUnavailable, type Copies, type Log } from '@app/streams';
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
import { TestCluster } from '@app/testing/cluster.js';
import { diaryOn, readItemsOrNone, Refused, say } from '@app/testing/diary.js';

const ROUNDS = Number(process.env['REVEILLE_FAULT_ROUNDS'] ?? 1);
const SEED = Number(process.env['REVEILLE_FAULT_SEED'] ?? Date.now() % 1_000_000);
const STREAM = 'LOG';
const SUBJECTS = 'log.>';
const SMALL_DISK = 2 << 20;
const FAR = 8_640_000_000_000_000;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const until = async (condition: () => boolean, withinMs = 30_000): Promise<void> => {
  for (const end = Date.now() + withinMs; !condition(); await delay(10))
    if (Date.now() > end) throw new Error('it did not come true in time');
};

describe('the log on three brokers, under faults', () => {
  let cluster: TestCluster;
  let options: EngineOptions;
  let subject: string;
  let ledger: AttemptLedger;
  let chance: Chance;
  /** Highest number of units that somebody was told are on the stream of the witnesses. */
  let acknowledged: number;
  let stale: string[];
  let witnessed: { answers: number; unavailable: number };
  const connections: NatsConnection[] = [];
  const logs: Log[] = [];

  const open = async (node: number, own: EngineOptions = {}): Promise<Log> => {
    return engineOn(await connectToNats(cluster.urlOf(node), 'log faults'), own);
  };
  const engineOn = async (connection: NatsConnection, own: EngineOptions): Promise<Log> => {
    connections.push(connection);
    const backend = await JetStreamBackend.open(connection, STREAM, 1_000);
    const log = await LogEngine.open(backend, { ...options, ...own });
    logs.push(log);
    return log;
  };
  /** Stays with its node, however long that does not answer, and knows next to nothing by itself. */
  const faithful = async (node: number): Promise<Log> =>
    engineOn(await connect({ servers: cluster.urlOf(node), ignoreClusterUpdates: true, pingInterval: 600_000 }), {
      tails: { streams: 1 },
      recent: { messages: 3, bytes: 1 << 20 },
    });
  const everywhere = (): Promise<readonly Log[]> => Promise.all([0, 1, 2].map((node) => open(node)));

  /** One unit after the other until `done`; what was not acknowledged is tried again, or given up. */
  const client = async (log: Log, name: string, done: () => boolean, copies: Copies = 'anywhere'): Promise<void> => {
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
  };
  const clients = (all: readonly Log[], name: string, done: () => boolean): Promise<void>[] =>
    all.flatMap((log, i) =>
      [0, 1, 2].map((c) => client(log, `${name}${String(i)}${String(c)}`, done, c === 2 ? 'nowhere' : 'anywhere')),
    );

  /** Writes units one by one to a stream of its own and remembers how many are certain to be there. */
  const grow = async (log: Log, on: string, done: () => boolean): Promise<void> => {
    while (!done()) {
      await log
        .submit(diaryOn(on), say(randomUUID(), { since: log.position(), deadline: FAR }))
        .then(() => (acknowledged += 1))
        .catch(() => delay(20));
      await delay(2);
    }
  };

  /** Asks in every way that promises the present state, and notes every answer that is older than what was told before. */
  const witness = async (log: Log, on: string, done: () => boolean): Promise<void> => {
    const asks: Record<string, () => Promise<number>> = {
      load: async () => (await log.load(diaryOn(on))).state.count,
      read: async () => {
        const { entries, upToDate } = await log.read(on, { seq: 0, pos: 0 }, { messages: 100_000, bytes: 64 << 20 });
        return upToDate ? entries.length : Infinity;
      },
      refusal: async () => {
        const refuse = say(randomUUID(), {
          copies: 'nowhere',
          unless: ({ state }) => ({ kind: 'refuse', error: new Refused(String(state.count)) }),
        });
        const failure: unknown = await log.submit(diaryOn(on), refuse).catch((error: unknown) => error);
        if (failure instanceof Refused) return Number(failure.message);
        throw failure;
      },
    };
    while (!done()) {
      for (const [way, ask] of Object.entries(asks)) {
        const before = acknowledged;
        try {
          const seen = await ask();
          witnessed.answers += 1;
          if (seen < before) stale.push(`${way} saw ${String(seen)} of ${String(before)}`);
        } catch (error) {
          if (!(error instanceof LogUnavailable)) {
            // Absent although something was acknowledged: the worst of stale answers.
            if (before > 0) stale.push(`${way} failed: ${String(error)}`);
          } else witnessed.unavailable += 1;
        }
      }
      await delay(20);
    }
  };

  /** Ends every process, so that nothing under way can land later, and looks at the log with a new one. */
  const audit = async (nodes: readonly number[] = [0, 1, 2]): Promise<void> => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    await cluster.caughtUp(STREAM);
    for (const node of nodes) {
      const contradictions = ledger.contradictions(await readItemsOrNone(await open(node), subject));
      expect({ seed: SEED, node, contradictions }).toEqual({ seed: SEED, node, contradictions: [] });
    }
  };

  /** Makes this node the leader of the log, as far as stepping down can do that. */
  const enthrone = async (node: number): Promise<void> => {
    for (let tries = 0; (await cluster.leader(STREAM)) !== node; tries += 1) {
      if (tries === 30) throw new Error(`node ${String(node)} never led`);
      await cluster.stepDown(STREAM);
      await delay(100);
    }
  };

  const createLog = async (): Promise<void> => {
    const connection = await connectToNats(cluster.url, 'log faults');
    const facts = await ensureStream(connection, { name: STREAM, subjects: SUBJECTS, replicas: 3 });
    expect(facts.replicas).toBe(3);
    options = replication(SUBJECTS, facts);
    await connection.close();
  };

  const report = (what: string): void => {
    if (process.env['REVEILLE_FAULT_REPORT']) process.stderr.write(`${what} ${JSON.stringify(ledger.totals)}\n`);
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    await createLog();
  }, 120_000);
  beforeEach(() => {
    subject = `log.t.s.${randomUUID()}.d`;
    ledger = new AttemptLedger();
    chance = new Chance(SEED);
    acknowledged = 0;
    stale = [];
    witnessed = { answers: 0, unavailable: 0 };
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
  });
  afterAll(() => cluster.stop());

  it(
    'leaders that step down in a burst of racing writers',
    async () => {
      const all = await everywhere();
      let done = false;
      const work = clients(all, 'c', () => done);
      for (let downs = 0; downs < 20 * ROUNDS;) {
        const before = ledger.totals.acknowledged;
        if (await cluster.stepDown(STREAM)) downs += 1;
        await until(() => ledger.totals.acknowledged > before + chance.between(1, 60));
      }
      done = true;
      await Promise.all(work);
      report('step-downs');
      await audit();
      expect(ledger.totals.acknowledged).toBeGreaterThan(200 * ROUNDS);
    },
    90_000 * ROUNDS,
  );

  it(
    'a follower and a leader that are killed and come back',
    async () => {
      const all = await everywhere();
      let done = false;
      const work = clients(all, 'k', () => done);
      for (let round = 0; round < ROUNDS; round += 1)
        for (const choose of [() => cluster.follower(STREAM), () => cluster.leader(STREAM)]) {
          const node = await choose();
          const before = ledger.totals.acknowledged;
          await cluster.kill(node);
          // The others go on without it.
          await until(() => ledger.totals.acknowledged > before + 50);
          await cluster.restart(node);
        }
      const before = ledger.totals.acknowledged;
      await until(() => ledger.totals.acknowledged > before + 50);
      done = true;
      await Promise.all(work);
      report('kills');
      await audit();
    },
    90_000 * ROUNDS,
  );

  it(
    'a leader that sleeps through the choice of another one and wakes up tells nobody anything old',
    async () => {
      const own = `log.t.s.${randomUUID()}.d`;
      const all = await everywhere();
      // They ask the brokers every time.
      const witnesses = await Promise.all([0, 1, 2, 0, 1, 2].map(faithful));
      let done = false;
      for (let round = 0; round < ROUNDS; round += 1) {
        done = false;
        const sleeper = await cluster.leader(STREAM);
        const work = [
          ...clients(all, `s${String(round)}`, () => done),
          ...all
            .filter((_, node) => node !== sleeper)
            .slice(0, 1)
            .map((log) => grow(log, own, () => done)),
          ...[...all, ...witnesses].map((log) => witness(log, own, () => done)),
        ];
        await delay(500);
        cluster.pause(sleeper);
        const next = await cluster.leader(STREAM, sleeper);
        const before = acknowledged;
        await until(() => acknowledged > before + 20);
        cluster.resume(sleeper);
        expect(next).not.toBe(sleeper);
        await delay(1_500);
        done = true;
        await Promise.all(work);
      }
      report(`sleeper, ${JSON.stringify(witnessed)}`);
      expect({ seed: SEED, stale }).toEqual({ seed: SEED, stale: [] });
      expect(witnessed.answers).toBeGreaterThan(100 * ROUNDS);
      await audit();
    },
    90_000 * ROUNDS,
  );

  it('a leader without room on its disk gives way, and the other two go on', async () => {
    const others = cluster;
    cluster = await TestCluster.start({ maxFileStore: [SMALL_DISK] });
    try {
      await createLog();
      await enthrone(0);
      const all = await Promise.all([open(1), open(2)]);
      const body = 'x'.repeat(20_000);
      const end = ledger.totals.acknowledged + (4 * SMALL_DISK) / body.length;
      let done = false;
      const work = all.map(async (log, i) => {
        for (let n = 0; !done; n += 1) {
          const said = { id: `d${String(i)}-${String(n)}`, client: `d${String(i)}`, n };
          const command = say(said.id, {
            ...said,
            since: log.position(),
            body: Buffer.from(JSON.stringify({ ...said, body })),
          });
          for (let tries = 0; tries < 100; tries += 1) {
            const { kind } = await ledger.attempt(said.id, () => log.submit(diaryOn(subject), command));
            if (kind === 'acknowledged') break;
            await delay(20);
          }
        }
      });
      await until(() => ledger.totals.acknowledged > end, 60_000);
      done = true;
      await Promise.all(work);
      expect(await cluster.leader(STREAM)).not.toBe(0);
      report('full disk');
      await cluster.kill(0);
      await audit([1, 2]);
    } finally {
      await Promise.all(logs.splice(0).map((log) => log.close()));
      await Promise.all(connections.splice(0).map((connection) => connection.close()));
      await cluster.stop();
      cluster = others;
      await createLog();
    }
  }, 120_000);
});
