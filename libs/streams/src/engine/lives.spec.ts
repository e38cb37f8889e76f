import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openMemoryLog } from '../memory/index.js';
import type { Aggregate, Command, Decision } from '../port/command.js';
import { inMemory, OffsetGone, StreamAbsent, type Log } from '../port/log.js';
import type { Lineage, LogMessage } from '../port/message.js';
import { formatOffset, START, type Offset } from '../port/offset.js';

const count: Aggregate<number> = {
  initial: 0,
  snapshot: (state) => ({ hot: state }),
  restore: ({ hot }) => hot as number,
};
const ALL = { messages: 1_000, bytes: 1_000_000 };

let log: Log;
let ids = 0;

beforeEach(async () => {
  log = await openMemoryLog();
});

afterEach(() => log.close());

type Append = Extract<Decision<number, Offset>, { kind: 'append' }>;

const submit = (subject: string, items: readonly unknown[], more: Partial<Append> = {}): Promise<Offset> => {
  const command: Command<number, Offset> = {
    id: `c${String((ids += 1))}`,
    since: log.position(),
    deadline: Date.now() + 5_000,
    decide: ({ state }) => ({
      kind: 'append',
      contentType: 'application/json',
      units: [{ body: Buffer.from(JSON.stringify(items).slice(1, -1)), count: items.length, types: [], events: [] }],
      next: more.newLife ? 1 : state + 1,
      result: (committed) => committed.at(-1)?.offset ?? START,
      ...more,
    }),
    replay: ({ offset }) => offset,
  };
  return log.submit({ subject, aggregate: count }, command);
};

const read = async (subject: string, from: Offset = START): Promise<unknown[]> => {
  const items: unknown[] = [];
  for (let at = from; ;) {
    const { entries, large, next, upToDate } = await log.read(subject, at, ALL);
    for (const { body } of large ? [...entries, await inMemory(large)] : entries)
      items.push(...(JSON.parse(`[${Buffer.from(body).toString()}]`) as unknown[]));
    if (upToDate) return items;
    at = next;
  }
};

const forkOf = async (subject: string, cut: Offset): Promise<Lineage> => {
  const { incarnation } = await log.load({ subject, aggregate: count });
  return { subject, incarnation, cut };
};

describe('a path that was deleted', () => {
  it('is absent, and shows nothing of its old life when it is created again', async () => {
    const old = await submit('a', [1, 2]);
    await submit('a', [], { tombstone: true });
    await expect(log.read('a', START, ALL)).rejects.toThrow(StreamAbsent);
    expect(await log.load({ subject: 'a', aggregate: count })).toMatchObject({ exists: false, state: 0 });
    await submit('a', [3]);
    expect(await read('a')).toEqual([3]);
    await expect(log.read('a', old, ALL)).rejects.toThrow(OffsetGone);
    expect(await log.load({ subject: 'a', aggregate: count })).toMatchObject({ exists: true, state: 1 });
  });

  it('may begin a new life without having been ended', async () => {
    await submit('a', [1], { close: true });
    await submit('a', [2], { newLife: true, contentType: 'application/json' });
    await submit('a', [3]);
    expect(await read('a')).toEqual([2, 3]);
    expect(await log.load({ subject: 'a', aggregate: count })).toMatchObject({ closed: false, state: 2 });
  });

  it('does not take a place inside its first message for one of an earlier life', async () => {
    const [inOld] = await Promise.all([submit('a', [1]), submit('a', [2])]);
    expect(await read('a', inOld)).toEqual([2]);
    await submit('a', [], { tombstone: true });
    const [inNew, behind] = await Promise.all([submit('a', [3]), submit('a', [4])]);
    await submit('a', [5]);
    await expect(log.read('a', inOld, ALL)).rejects.toThrow(OffsetGone);
    expect(await read('a', inNew)).toEqual([4, 5]);
    expect(await read('a', behind)).toEqual([5]);
  });

  it('does not take a place of one source for one of another', async () => {
    const cut = await submit('one', [1, 2]);
    const other = await submit('other', [3]);
    await submit('other', [4]);
    await submit('f', [], { lineage: await forkOf('one', cut) });
    expect(await read('f', cut)).toEqual([]);
    await submit('f', [], { tombstone: true });
    const later = await submit('other', [5]);
    const [inHead] = await Promise.all([submit('f', [6], { lineage: await forkOf('other', later) }), submit('f', [7])]);
    await expect(log.read('f', cut, ALL)).rejects.toThrow(OffsetGone);
    expect(await read('f', other)).toEqual([4, 5, 6, 7]);
    expect(await read('f', later)).toEqual([6, 7]);
    expect(await read('f', inHead)).toEqual([7]);
    expect(await read('f')).toEqual([3, 4, 5, 6, 7]);
  });

  it('ends in a message of its own, behind what waited before it', async () => {
    const heard: LogMessage[] = [];
    log.watch('a', (message) => message && heard.push(message));
    await Promise.all([submit('a', [1]), submit('a', [2]), submit('a', [], { tombstone: true })]);
    await log.barrier();
    expect(heard.map(({ kind, units, payload }) => [kind, units.length, String(Buffer.from(payload))])).toEqual([
      ['commit', 2, '[1,2]'],
      ['tombstone', 1, ''],
    ]);
  });

  it('begins its new life in a message of its own, behind what waited before it', async () => {
    await Promise.all([submit('a', [1]), submit('a', [2]), submit('a', [3], { newLife: true }), submit('a', [4])]);
    expect(await read('a')).toEqual([3, 4]);
  });
});

describe('a fork', () => {
  it('is its source up to the cut, then its own, at offsets that sort behind', async () => {
    const first = await submit('a', [1, 2]);
    await submit('a', [3]);
    const head = await submit('b', [], { lineage: await forkOf('a', first) });
    expect(formatOffset(head)).toBe(formatOffset(first));
    expect(await read('b')).toEqual([1, 2]);
    const own = await submit('b', [4]);
    await submit('a', [5]);
    expect(await read('b')).toEqual([1, 2, 4]);
    expect(await read('b', first)).toEqual([4]);
    expect(await read('b', own)).toEqual([]);
    expect(await read('a')).toEqual([1, 2, 3, 5]);
  });

  it('may be cut inside an entry, and forked again at any depth', async () => {
    const first = await submit('a', [1, 2]);
    await submit('a', [3, 4, 5]);
    const cut = { seq: first.seq, pos: 2 };
    await submit('b', [6], { lineage: await forkOf('a', cut) });
    expect(await read('b')).toEqual([1, 2, 3, 4, 6]);
    expect(await read('b', cut)).toEqual([6]);
    await submit('c', [], { lineage: await forkOf('b', { seq: first.seq, pos: 1 }) });
    expect(await read('c')).toEqual([1, 2, 3]);
    const deep = await submit('b', [7, 8]);
    await submit('d', [9], { lineage: await forkOf('b', deep) });
    expect(await read('d')).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
    expect(await read('d', first)).toEqual([3, 4, 6, 7, 8, 9]);
  });

  it('may be cut inside an entry that is larger than a message, and begin with one', async () => {
    const text = (n: number): string => `${String(n)}${'x'.repeat(3 * 1024 * 1024)}`;
    await submit('a', ['first']);
    const large = await submit('a', [1, 2, 3].map(text));
    const [cut] = [{ seq: large.seq - 10, pos: 2 }];
    await submit('b', [4, 5, 6].map(text), { lineage: await forkOf('a', cut) });
    await submit('b', ['last']);
    const starts = async (subject: string, from?: Offset): Promise<readonly string[]> =>
      (await read(subject, from)).map((item) => String(item).slice(0, 5));
    expect(await starts('b')).toEqual(['first', '1xxxx', '2xxxx', '4xxxx', '5xxxx', '6xxxx', 'last']);
    expect(await starts('b', cut)).toEqual(['4xxxx', '5xxxx', '6xxxx', 'last']);
    expect(await starts('a')).toEqual(['first', '1xxxx', '2xxxx', '3xxxx']);
  });

  it('of bytes may be cut at any byte of what is larger than a message', async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024, 'abcdefg');
    const body = { body: bytes, count: bytes.length, types: [], events: [] };
    const { seq } = await submit('a', [], { units: [body], contentType: 'text/plain' });
    for (const pos of [1, 1024 * 1024, 5_000_001]) {
      const fork = `f${String(pos)}`;
      await submit(fork, [], { lineage: await forkOf('a', { seq: 0, pos }), contentType: 'text/plain' });
      const { large } = await log.read(fork, START, ALL);
      const read = large && (await inMemory(large));
      expect(read?.offset).toEqual({ seq: 0, pos });
      expect(Buffer.compare(read?.body ?? Buffer.alloc(0), bytes.subarray(0, pos))).toBe(0);
    }
    expect(seq).toBe(9);
  });

  it('keeps what it shares when its source is deleted and made anew', async () => {
    const cut = await submit('a', [1]);
    await submit('b', [2], { lineage: await forkOf('a', cut) });
    await submit('a', [], { tombstone: true });
    await submit('a', [3]);
    expect(await read('b')).toEqual([1, 2]);
  });

  it('of nothing begins at the start', async () => {
    await submit('a', [1]);
    await submit('b', [], { lineage: await forkOf('a', START) });
    expect(await read('b')).toEqual([]);
    await submit('b', [2]);
    expect(await read('b')).toEqual([2]);
  });
});
