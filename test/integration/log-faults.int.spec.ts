/*
 * The log under a network, a broker and a process that fail at random moments. After each test the ledger of everything
 * that was tried is held against the log. For longer runs: REVEILLE_FAULT_ROUNDS=20 (1 unless given) multiplies the
 * rounds, REVEILLE_FAULT_SEED=<number> repeats the chances of a run, whose seed a failure shows.
 */
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Log } from '@app/streams';
import { LogEngine, type EngineOptions } from '@app/streams/engine/log-engine.js';
import { connectToNats, ensureStream, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { AttemptLedger } from '@app/testing/attempt-ledger.js';
import { Chance } from '@app/testing/chance.js';
import { diaryOn, readItemsOrNone, say } from '@app/testing/diary.js';
import { startTestServers, type TestServers } from '@app/testing/servers.js';
import { TcpProxy } from '@app/testing/tcp-proxy.js';
import type { Attempt, DeathStep, WriterOrder, WriterReport } from '../processes/log-writer-process.js';

const ROUNDS = Number(process.env['REVEILLE_FAULT_ROUNDS'] ?? 1);
const SEED = Number(process.env['REVEILLE_FAULT_SEED'] ?? Date.now() % 1_000_000);
const STREAM = 'LOG';

// From the compiled sources; tests run in the root of the repository.
const WRITER = join(process.cwd(), 'dist/programs/log-writer-process.js');

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const until = async (condition: () => boolean, withinMs = 20_000): Promise<void> => {
  for (const end = Date.now() + withinMs; !condition(); await delay(10))
    if (Date.now() > end) throw new Error('it did not come true in time');
};

describe('the log on JetStream, under faults', () => {
  let servers: TestServers;
  let proxy: TcpProxy;
  let subject: string;
  let ledger: AttemptLedger;
  let chance: Chance;
  const connections: NatsConnection[] = [];
  const logs: Log[] = [];

  const open = async (url: string, options: EngineOptions = {}): Promise<Log> => {
    const connection = await connectToNats(url, 'log faults');
    connections.push(connection);
    const log = await LogEngine.open(await JetStreamBackend.open(connection, STREAM, 1_000, 'by one'), options);
    logs.push(log);
    return log;
  };
  const proxied = (options?: EngineOptions): Promise<Log> => open(`nats://127.0.0.1:${String(proxy.port)}`, options);
  const direct = (): Promise<Log> => open(servers.natsUrl);

  const submit = (log: Log, { id, client, n, since }: Attempt, deadline?: number): Promise<{ readonly kind: string }> =>
    ledger.attempt(id, () => log.submit(diaryOn(subject), say(id, { client, n, since, deadline })));

  /** One unit after the other until `done`; what was not acknowledged is tried again, or given up. */
  const client = async (log: Log, name: string, done: () => boolean): Promise<void> => {
    for (let n = 0; !done(); n += 1) {
      const attempt = { id: `${name}-${String(n)}`, client: name, n, since: log.position() };
      for (let tries = 0; tries < 100; tries += 1) {
        const { kind } = await submit(log, attempt, Date.now() + chance.of([200, 2_000, 20_000]));
        if (kind === 'acknowledged' || chance.next() < 0.2) break;
        await delay(chance.between(1, 50));
      }
    }
  };

  /** Ends every process, so that nothing under way can land later, and looks at the log with a new one. */
  const audit = async (): Promise<void> => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    const log = await direct();
    const contradictions = ledger.contradictions(await readItemsOrNone(log, subject));
    expect({ seed: SEED, contradictions }).toEqual({ seed: SEED, contradictions: [] });
  };

  beforeAll(async () => {
    servers = await startTestServers({ nats: true });
    // The writer that dies runs in a process of its own, from what `npm run build` makes.
    await promisify(execFile)(process.execPath, ['scripts/build.mjs']);
    const connection = await connectToNats(servers.natsUrl, 'log faults');
    await ensureStream(connection, { name: STREAM, subjects: 'log.>' });
    await connection.close();
  }, 180_000);
  beforeEach(async () => {
    proxy = await TcpProxy.start(Number(new URL(servers.natsUrl).port));
    subject = `log.t.s.${randomUUID()}.d`;
    ledger = new AttemptLedger();
    chance = new Chance(SEED);
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    await proxy.stop();
  });
  afterAll(() => servers.stop());

  it(
    'an acknowledgement lost with its connection is found in the log, alone or among the messages of another writer',
    async () => {
      const [log, other] = [await proxied(), await direct()];
      for (let round = 0; round < 10 * ROUNDS; round += 1) {
        // What a command needs to know beforehand must not be lost with the acknowledgement.
        const { seq: since } = await log.load(diaryOn(subject));
        const lost = proxy.mute(`"stream":"${STREAM}"`);
        const group = Array.from({ length: chance.between(1, 5) }, (_, i) => {
          const client = `r${String(round)}u${String(i)}`;
          return submit(log, { id: client, client, n: 0, since });
        });
        await lost;
        // Sometimes the lost message already has successors when we look.
        for (let n = 0; n < chance.of([0, 0, 1, 3]); n += 1)
          await submit(other, { id: `o${String(round)}.${String(n)}x`, client: `o${String(round)}`, n, since: 0 });
        proxy.cut();
        expect((await Promise.all(group)).map(({ kind }) => kind)).toEqual(group.map(() => 'acknowledged'));
        await until(() => log.trouble() === undefined);
      }
      expect(proxy.connections).toBeGreaterThan(10 * ROUNDS);
      await audit();
      expect(ledger.totals.acknowledged).toBe(ledger.totals.attempted);
    },
    60_000 * ROUNDS,
  );

  it(
    'connections cut at random moments of a burst',
    async () => {
      const [one, two, steady] = [await proxied(), await proxied(), await direct()];
      let done = false;
      const work = [one, one, one, two, two, steady].map((log, i) => client(log, `c${String(i)}`, () => done));
      for (let cuts = 0; cuts < 15 * ROUNDS; cuts += 1) {
        await delay(chance.between(5, 400));
        if (chance.next() < 0.3) {
          proxy.refuse();
          await delay(chance.between(1, 300));
          proxy.accept();
        } else proxy.cut();
      }
      done = true;
      await Promise.all(work);
      await until(() => [one, two].every((log) => log.trouble() === undefined));
      await audit();
      expect(ledger.totals.acknowledged).toBeGreaterThan(100 * ROUNDS);
    },
    60_000 * ROUNDS,
  );

  it(
    'the broker killed and started again in a burst',
    async () => {
      const both = [await proxied(), await direct()];
      let done = false;
      const work = both.flatMap((log, i) => [0, 1, 2].map((c) => client(log, `${String(i)}${String(c)}`, () => done)));
      for (let kills = 0; kills < 3 * ROUNDS; kills += 1) {
        const before = ledger.totals.acknowledged;
        await until(() => ledger.totals.acknowledged > before + chance.between(20, 200));
        await servers.nats.kill();
        await servers.nats.restart();
      }
      const before = ledger.totals.acknowledged;
      await until(() => ledger.totals.acknowledged > before + 20);
      done = true;
      await Promise.all(work);
      await audit();
    },
    60_000 * ROUNDS,
  );

  it('the broker away for three seconds: what waits is written when it is back, what cannot wait says so', async () => {
    const log = await direct();
    const since = log.position();
    await submit(log, { id: 'before', client: 'before', n: 0, since });
    await servers.nats.stop();
    const patient = Array.from({ length: 20 }, (_, n) => {
      const client = `p${String(n)}`;
      return submit(log, { id: client, client, n: 0, since });
    });
    const hasty = submit(log, { id: 'hasty', client: 'hasty', n: 0, since }, Date.now() + 500);
    await delay(3_000);
    expect(log.trouble()).toBeDefined();
    await servers.nats.restart();
    expect((await hasty).kind).not.toBe('acknowledged');
    const kinds = new Set((await Promise.all(patient)).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['acknowledged']));
    await until(() => log.trouble() === undefined);
    await audit();
  }, 60_000);

  it(
    'a process killed between publish and reply, while another writes the same stream',
    async () => {
      const log = await direct();
      const prepare = (): ChildProcess =>
        fork(WRITER, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      let next = prepare();
      let done = false;
      const steady = [0, 1].map((c) => client(log, `steady${String(c)}`, () => done));
      const open = new Map<string, Attempt>();
      const steps: readonly DeathStep[] = ['unsent', 'sent', 'sent', 'stored', 'answered'];
      const rounds = 25 * ROUNDS;
      for (let round = 0; round < rounds; round += 1) {
        const order: WriterOrder = {
          natsUrl: servers.natsUrl,
          stream: STREAM,
          subject,
          clients: [0, 1, 2].map((c) => `r${String(round)}c${String(c)}`),
          retries: [...open.values()],
          death: {
            step: steps[round % steps.length] ?? 'sent',
            publish: chance.between(1, 6),
            afterMs: chance.between(0, 2),
          },
        };
        const child = next;
        // Loads its program while this one works.
        next = prepare();
        child.on('message', (message) => {
          const report = message as WriterReport;
          if (report.kind === 'attempted') {
            open.set(report.attempt.id, report.attempt);
            ledger.note(report.attempt.id, 'attempted');
          } else if (report.kind === 'acknowledged') {
            open.delete(report.id);
            ledger.note(report.id, 'acknowledged', report.answer);
          }
        });
        child.send(order);
        await once(child, 'close');
        expect(child.signalCode).toBe('SIGKILL');
      }
      next.kill('SIGKILL');
      done = true;
      await Promise.all(steady);
      // Whatever the dead left open has one effect when somebody else takes it up.
      for (const attempt of open.values()) expect((await submit(log, attempt)).kind).toBe('acknowledged');
      await audit();
    },
    90_000 * ROUNDS,
  );
});
