import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { diaryOn, readItems, say } from '@app/testing/diary.js';
import { FaultyBackend } from '@app/testing/faulty-backend.js';
import { MemoryBackend, MemoryBroker } from '../memory/index.js';
import { START } from '../port/offset.js';
import { LogEngine } from './log-engine.js';

const STREAMS = 700;
const RECENT = { messages: 300, bytes: 256 * 1024 };
const TAILS = { bytes: 96 * 1024 };

const subjectOf = (n: number): string => `log.t.s.n${String(n)}.d`;

let broker: MemoryBroker;
let backend: FaultyBackend;
let log: LogEngine;
let other: LogEngine;

const opened = (on: FaultyBackend): Promise<LogEngine> => LogEngine.open(on, { recent: RECENT, tails: TAILS });

const AT_ONCE = 50;

/** Each stream gets two messages of two units. */
const fill = async (streams: number): Promise<void> => {
  const write = async (n: number): Promise<void> => {
    for (const round of ['a', 'b'])
      await Promise.all(
        ['0', '1'].map((unit) => log.submit(diaryOn(subjectOf(n)), say(`${round}${unit}-${String(n)}`))),
      );
  };
  for (let from = 0; from < streams; from += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, streams - from) }, (_, n) => write(from + n)));
};

/** Questions to the broker during `work`. */
const asked = async (work: () => Promise<unknown>): Promise<number> => {
  const before = backend.asked;
  await work();
  return backend.asked - before;
};

beforeEach(async () => {
  broker = new MemoryBroker();
  backend = new FaultyBackend(new MemoryBackend(broker));
  log = await opened(backend);
  other = await opened(new FaultyBackend(new MemoryBackend(broker)));
});

afterEach(() => Promise.all([log.close(), other.close()]));

describe('after more streams than fit into memory', () => {
  it('what is kept of them is within its bounds', async () => {
    await fill(STREAMS);
    const { recent, tails, writers } = log.held();
    expect(recent.messages).toBeLessThanOrEqual(RECENT.messages);
    expect(recent.bytes).toBeLessThanOrEqual(RECENT.bytes);
    expect(recent.messages).toBeGreaterThan(RECENT.messages / 2);
    expect(tails.bytes).toBeLessThanOrEqual(TAILS.bytes);
    expect(tails.streams).toBeLessThan(STREAMS / 5);
    expect(tails.streams).toBeGreaterThan(50);
    expect(writers).toBe(0);
  });

  it('streams with large states take the place of more others', async () => {
    const notes = Array.from({ length: 200 }, (_, n) => `note ${String(n)} ${'x'.repeat(60)}`);
    for (let n = 0; n < 100; n += 1)
      await log.submit(diaryOn(subjectOf(n)), say(`id-${String(n)}`, { notes: [...notes] }));
    const { tails } = log.held();
    expect(tails.bytes).toBeLessThanOrEqual(TAILS.bytes);
    expect(tails.streams).toBeGreaterThan(0);
    expect(tails.streams).toBeLessThan(10);
    expect((await log.load(diaryOn(subjectOf(3)))).state).toEqual({ count: 1, notes });
  });

  it('one that was forgotten costs one question more, and answers as before', async () => {
    await fill(STREAMS);
    const [first, second, third] = [diaryOn(subjectOf(0)), diaryOn(subjectOf(1)), diaryOn(subjectOf(2))];
    expect(await asked(() => log.load(first))).toBe(1);
    expect((await log.load(first)).state.count).toBe(4);
    // For the tail, for the page, and who never read it asks for its first message.
    const read = (): Promise<unknown> => log.read(second.subject, START, { messages: 10, bytes: 10_000 });
    expect(await asked(read)).toBeLessThanOrEqual(3);
    expect((await readItems(log, second.subject)).items.map(({ id }) => id)).toEqual(['a0-1', 'a1-1', 'b0-1', 'b1-1']);
    expect(await asked(() => log.submit(third, say('c', { copies: 'nowhere' })))).toBe(1);
    expect((await other.load(third)).state.count).toBe(5);
  });

  it('a retry on one that was forgotten has no second effect', async () => {
    await fill(STREAMS);
    const again = await log.submit(diaryOn(subjectOf(5)), say('a1-5'));
    expect(again.replayed).toBe(true);
    expect((await log.load(diaryOn(subjectOf(5)))).state.count).toBe(4);
  });

  it('one that others wrote is as they left it, also when their message is no longer in memory', async () => {
    const stream = diaryOn('log.t.s.theirs.d');
    await other.submit(stream, say('one'));
    expect((await log.load(stream)).state.count).toBe(1);
    const { seq } = await other.submit(stream, say('two'));
    await log.reached(seq);
    await fill(RECENT.messages);
    expect(log.position() - seq).toBeGreaterThan(RECENT.messages);
    expect((await log.load(stream)).state.count).toBe(2);
    await log.submit(stream, say('three'));
    expect((await readItems(other, stream.subject)).items.map(({ id }) => id)).toEqual(['one', 'two', 'three']);
  });
});
