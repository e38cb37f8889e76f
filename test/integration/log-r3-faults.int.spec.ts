/*
 * The log on three brokers that copy each other, while its leader changes, dies, sleeps or has no room left. After each
 * test the ledger of everything that was tried is held against the log; during it, every answer that says something of
 * the state is held against what was acknowledged before it was asked for. REVEILLE_FAULT_ROUNDS=10 runs it longer,
 * REVEILLE_FAULT_SEED=<number> repeats the chances of a run, whose seed a failure shows.
 */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { PIECE_BYTES } from '@app/streams/codec/pieces.js';
import { diaryOn, readItems, say, type Said } from '@app/testing/diary.js';
import { delay, FAR, R3Bed, ROUNDS, SEED, STREAM, until } from './log-r3/r3-bed.js';
import { StaleWitness } from './log-r3/stale-witness.js';

const SMALL_DISK = 2 << 20;
const PIECES = 12;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the log on three brokers, under faults', () => {
  const bed = new R3Bed();

  beforeAll(() => bed.start(), 120_000);
  beforeEach(() => {
    bed.begin();
  });
  afterEach(() => bed.end());
  afterAll(() => bed.stop());

  it('a process that asks how far the log is does not get the message of megabytes that is the newest', async () => {
    const log = await bed.open(0);
    const text = randomBytes(2 << 20).toString('hex');
    const body = Buffer.from(JSON.stringify({ id: 'large', client: 'large', n: 0, text }));
    const { seq } = await log.submit(diaryOn(bed.subject), say('large', { body }));
    const connection = await bed.connection(1);
    const backend = await JetStreamBackend.open(connection, STREAM, 1_000);
    const before = connection.stats().inBytes;
    expect(await backend.lastSeq()).toBe(seq);
    expect(connection.stats().inBytes - before).toBeLessThan(16 * 1024);
    await backend.close();
  });

  it(
    'leaders that step down in a burst of racing writers',
    async () => {
      const { cluster, ledger, chance } = bed;
      const all = await bed.everywhere();
      let done = false;
      const work = bed.clients(all, 'c', () => done);
      for (let downs = 0; downs < 20 * ROUNDS;) {
        const before = ledger.totals.acknowledged;
        if (await cluster.stepDown(STREAM)) downs += 1;
        await until(() => ledger.totals.acknowledged > before + chance.between(1, 60));
      }
      done = true;
      await Promise.all(work);
      bed.report('step-downs');
      await bed.audit();
      expect(ledger.totals.acknowledged).toBeGreaterThan(200 * ROUNDS);
    },
    90_000 * ROUNDS,
  );

  it(
    'a follower and a leader that are killed and come back',
    async () => {
      const { cluster, ledger } = bed;
      const all = await bed.everywhere();
      let done = false;
      const work = bed.clients(all, 'k', () => done);
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
      bed.report('kills');
      await bed.audit();
    },
    90_000 * ROUNDS,
  );

  it(
    'a leader that sleeps through the choice of another one and wakes up tells nobody anything old',
    async () => {
      const { cluster } = bed;
      const witness = new StaleWitness();
      const all = await bed.everywhere();
      // They ask the brokers every time.
      const asking = await Promise.all([0, 1, 2, 0, 1, 2].map((node) => bed.faithful(node)));
      let done = false;
      for (let round = 0; round < ROUNDS; round += 1) {
        done = false;
        const sleeper = await cluster.leader(STREAM);
        const work = [
          ...bed.clients(all, `s${String(round)}`, () => done),
          ...all
            .filter((_, node) => node !== sleeper)
            .slice(0, 1)
            .map((log) => witness.grow(log, () => done)),
          ...[...all, ...asking].map((log) => witness.watch(log, () => done)),
        ];
        await delay(500);
        cluster.pause(sleeper);
        const next = await cluster.leader(STREAM, sleeper);
        const before = witness.acknowledged;
        await until(() => witness.acknowledged > before + 20);
        cluster.resume(sleeper);
        expect(next).not.toBe(sleeper);
        await delay(1_500);
        done = true;
        await Promise.all(work);
      }
      bed.report(`sleeper, ${JSON.stringify(witness.answered)}`);
      expect({ seed: SEED, stale: witness.stale }).toEqual({ seed: SEED, stale: [] });
      expect(witness.answered.answers).toBeGreaterThan(100 * ROUNDS);
      await bed.audit();
    },
    90_000 * ROUNDS,
  );

  /** Resolves when the broker was given this piece of a batch. */
  const given = (observer: NatsConnection, piece: number): Promise<void> =>
    new Promise((resolve) => {
      const watching = observer.subscribe(bed.subject, {
        callback: (_error, message) => {
          if (message.headers?.get('Nats-Batch-Sequence') !== String(piece)) return;
          watching.unsubscribe();
          resolve();
        },
      });
    });

  it(
    'a leader that dies while it is given a body in pieces keeps all of it or nothing, and once after it is sent again',
    async () => {
      const { cluster, ledger, chance } = bed;
      const texts: string[] = [];
      const kills = [PIECES, ...Array.from({ length: 2 * ROUNDS - 1 }, () => chance.between(1, PIECES - 1))];
      for (const [n, piece] of kills.entries()) {
        const leader = await cluster.leader(STREAM);
        const log = await bed.open((leader + 1) % 3);
        const observer = await bed.connection((leader + 2) % 3);
        const text = randomBytes(PIECES * PIECE_BYTES)
          .toString('base64')
          .slice(0, (PIECES - 1) * PIECE_BYTES);
        texts.push(text);
        const said = { id: `large-${String(n)}`, client: 'large', n };
        const body = Buffer.from(JSON.stringify({ ...said, text }));
        const since = log.position();
        const send = () =>
          ledger.attempt(said.id, () =>
            log.submit(diaryOn(bed.subject), say(said.id, { ...said, since, deadline: FAR, body })),
          );
        const reached = given(observer, piece);
        await observer.flush();
        const first = send();
        await reached;
        await cluster.kill(leader);
        for (let outcome = await first; outcome.kind !== 'acknowledged'; outcome = await send()) await delay(20);
        await cluster.restart(leader);
      }
      bed.report(`pieces ${JSON.stringify(kills)}`);
      await bed.audit();
      const { items } = await readItems(await bed.open(0), bed.subject);
      const found = (items as readonly (Said & { readonly text: string })[]).map(({ text }) => digest(text));
      expect({ seed: SEED, found }).toEqual({ seed: SEED, found: texts.map(digest) });
    },
    90_000 * ROUNDS,
  );
});

describe('a leader of three', () => {
  const bed = new R3Bed();

  beforeAll(() => bed.start({ maxFileStore: [SMALL_DISK] }), 120_000);
  beforeEach(() => {
    bed.begin();
  });
  afterEach(() => bed.end());
  afterAll(() => bed.stop());

  it('without room on its disk gives way, and the other two go on', async () => {
    const { cluster, ledger, subject } = bed;
    await bed.enthrone(0);
    const all = await Promise.all([bed.open(1), bed.open(2)]);
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
    bed.report('full disk');
    await cluster.kill(0);
    await bed.audit([1, 2]);
  }, 120_000);
});
