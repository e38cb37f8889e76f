import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { count, diaryOn, readItems, Refused, say } from '@app/testing/diary.js';
import { MemoryBackend, MemoryBroker } from '../memory/index.js';
import type { LastAsOf } from '../port/log-backend.js';
import type { RawMessage } from '../port/message.js';
import { LogEngine } from './log-engine.js';

const SUBJECT = 'log.t.s.a.d';
const BARRIERS = 'log._.b';

/** A broker that was asleep while the others chose another leader: it answers, and knows nothing later than that. */
class Sleeper extends MemoryBackend {
  /** Last sequence it knows while it sleeps. */
  until = Infinity;
  /** The first answers that guards get come from it. */
  refusals = 0;
  readonly published: string[] = [];

  constructor(private readonly all: MemoryBroker) {
    super(all);
  }

  override async publish(...args: Parameters<MemoryBackend['publish']>): Promise<number> {
    this.published.push(args[0]);
    const outcome = super.publish(...args);
    if (args[2] === null || this.refusals === 0) return outcome;
    this.refusals -= 1;
    await outcome;
    return super.publish(args[0], args[1], 1_000_000);
  }

  override lastSeq(): Promise<number> {
    return Promise.resolve(Math.min(this.until, this.all.messages.length));
  }

  override last(subject: string): Promise<RawMessage | undefined> {
    const known = this.all.messages.filter((message) => message?.subject === subject && message.seq <= this.until);
    return Promise.resolve(known.at(-1));
  }

  override async lastAsOf(subject: string): Promise<LastAsOf> {
    return { message: await this.last(subject), position: await this.lastSeq() };
  }
}

describe('on a log that several brokers keep', () => {
  let broker: MemoryBroker;
  let backend: Sleeper;
  let log: LogEngine;
  let other: LogEngine;

  beforeEach(async () => {
    broker = new MemoryBroker();
    backend = new Sleeper(broker);
    other = await LogEngine.open(new MemoryBackend(broker));
    log = await LogEngine.open(backend, { barrierSubject: BARRIERS });
  });
  afterEach(() => Promise.all([log.close(), other.close()]));

  const barriers = (): number => backend.published.filter((subject) => subject === BARRIERS).length;

  it('a barrier is a message, unless a publish a moment ago vouches for the leader', async () => {
    await log.barrier();
    expect(barriers()).toBe(1);
    for (let n = 0; n < 5; n += 1) await log.barrier();
    expect(barriers()).toBe(1);
  });

  it('a large message vouches for the leader like any other', async () => {
    await log.submit(diaryOn(SUBJECT), say('a', { body: Buffer.from(JSON.stringify({ id: 'a'.repeat(100_000) })) }));
    for (let n = 0; n < 3; n += 1) await log.barrier();
    expect(barriers()).toBe(0);
  });

  it('a leader that does not know our latest message is not believed', async () => {
    await log.submit(diaryOn(SUBJECT), say('a'));
    backend.until = 0;
    const { seq } = await other.submit(diaryOn(SUBJECT), say('b'));
    expect(await log.barrier()).toBeGreaterThan(seq);
    expect(barriers()).toBe(1);
  });

  it('what is loaded, read or refused is present, whatever a broker that slept says', async () => {
    await other.submit(diaryOn(SUBJECT), say('a'));
    backend.until = 0;
    expect(await log.load(diaryOn(SUBJECT))).toMatchObject({ exists: true, state: { count: 1 } });
    await other.submit(diaryOn(SUBJECT), say('b'));
    expect((await log.load(diaryOn(SUBJECT))).state.count).toBe(2);
    await other.submit(diaryOn('log.t.s.cold.d'), say('c'));
    expect((await readItems(log, 'log.t.s.cold.d')).items).toHaveLength(1);
    await other.submit(diaryOn(SUBJECT), say('d'));
    const refuse = say('e', {
      unless: ({ state }) => ({ kind: 'refuse', error: new Refused(String(state.count)) }),
    });
    await expect(log.submit(diaryOn(SUBJECT), refuse)).rejects.toThrow('3');
  });

  it('an answer that does not reach what we remember is asked for again', async () => {
    for (const id of ['a', 'b', 'c']) await other.submit(diaryOn(SUBJECT), say(id));
    const late = await LogEngine.open(backend, { barrierSubject: BARRIERS });
    backend.until = 1;
    setTimeout(() => (backend.until = Infinity), 30);
    expect((await late.load(diaryOn(SUBJECT))).state.count).toBe(3);
    await late.close();
  });

  it('a conflict that such a broker tells of is not believed before the message of somebody else is seen', async () => {
    await log.submit(diaryOn(SUBJECT), say('a', { copies: 'nowhere' }));
    backend.refusals = 1;
    await log.submit(diaryOn(SUBJECT), say('b', { copies: 'nowhere' }));
    let seen = 0;
    await log.submit(
      diaryOn(SUBJECT),
      count('look', (n) => (seen = n)),
    );
    expect(seen).toBe(2);
    expect((await readItems(other, SUBJECT)).items.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('of one broker no barrier is a message', async () => {
    await other.load(diaryOn(SUBJECT));
    await other.barrier();
    expect(broker.messages).toEqual([]);
  });
});
