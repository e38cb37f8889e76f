import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeMessage, openMessage } from '../codec/index.js';
import type { LogMessage, Producer } from '../port/message.js';
import { RecentLog } from './recent-log.js';

interface Said {
  readonly subject: string;
  readonly size: number;
  readonly units: number;
  /** Of the last unit. */
  readonly producer: string | undefined;
  /** The first unit has an id that other subjects have too. */
  readonly shared: boolean;
  /** All its units are of keyed commands. */
  readonly keyed: boolean;
}

const idOf = (seq: number, unit: number, shared: boolean): string =>
  shared && unit === 0 ? 'shared' : `id-${String(seq)}-${String(unit)}`;

const messageOf = (seq: number, { subject, size, units, producer, shared, keyed }: Said): LogMessage => {
  const by: Producer | undefined = producer === undefined ? undefined : { id: producer, epoch: 1, seq };
  const { headers, payload } = encodeMessage({
    kind: 'commit',
    prev: seq - 1,
    units: Array.from({ length: units }, (_, unit) => ({
      id: idOf(seq, unit, shared),
      count: 1,
      ...(keyed && { keyed: true }),
      ...(by && unit === units - 1 && { producer: by }),
    })),
    events: [],
    types: ['a:b\u00e9'],
    state: {
      incarnation: 1,
      contentType: 'text/plain',
      closed: false,
      tail: 'self',
      producers: [],
      hot: { seq },
      coldAt: 'none',
    },
    payload: Buffer.alloc(size, seq % 251),
  });
  return openMessage({ subject, seq, time: seq * 10, headers: Object.fromEntries(headers), payload });
};

const told = (message: LogMessage | undefined): unknown => {
  if (!message) return undefined;
  const { subject, seq, time, headers, units, state, types } = message;
  return { subject, seq, time, headers, units, state, types, payload: Buffer.from(message.payload).toString('base64') };
};

const said = fc.record({
  subject: fc.constantFrom('log.t.s.a.d', 'log.t.s.b.d', 'log.t.s.c.d'),
  size: fc.oneof({ weight: 20, arbitrary: fc.nat(2_000) }, { weight: 1, arbitrary: fc.nat(300_000) }),
  units: fc.integer({ min: 1, max: 4 }),
  producer: fc.option(fc.constantFrom('p', 'q'), { nil: undefined }),
  shared: fc.boolean(),
  keyed: fc.boolean(),
});
const ALL = { messages: Infinity, bytes: Infinity };

describe('the recent log', () => {
  it('says of its newest messages what was put into it, however long ago, and forgets the others', () => {
    fc.assert(
      fc.property(
        fc.array(said, { minLength: 1, maxLength: 900, size: 'max' }),
        fc.integer({ min: 1, max: 600 }),
        fc.infiniteStream(fc.nat(1_000)),
        (input, messages, numbers) => {
          const anyOf = (count: number): number => (numbers.next().value as number) % count;
          const all = input.map((each, index) => messageOf(index + 1, each));
          const recent = new RecentLog(0, { messages, bytes: 8 << 20 });
          for (const message of all) recent.push(message);
          const here = all.filter(({ seq }) => seq > recent.start);
          expect(here.length).toBeLessThanOrEqual(messages);
          expect(recent.end).toBe(all.length);
          expect(recent.held.messages).toBe(here.length);
          expect(recent.after(recent.start, ALL)?.map(told)).toEqual(here.map(told));
          expect(recent.after(recent.start - 1, ALL)).toBeUndefined();
          for (const subject of ['log.t.s.a.d', 'log.t.s.b.d', 'log.t.s.c.d']) {
            const own = here.filter((message) => message.subject === subject);
            const from = recent.start + anyOf(here.length + 1);
            const limit = { messages: 1 + anyOf(50), bytes: Infinity };
            const expected = own.filter(({ seq }) => seq > from).slice(0, limit.messages);
            expect(recent.ofSubject(subject, from, limit)?.map(told)).toEqual(expected.map(told));
            expect(recent.newestOf(subject)).toBe(own.at(-1)?.seq ?? 0);
            for (const keyed of [true, false]) {
              // Who is not keyed need not know that another one was.
              const shared = own.findLast(
                ({ units: [unit] }) => unit?.id === 'shared' && (!keyed || unit.keyed === true),
              );
              const since = keyed ? Infinity : recent.start;
              expect(told(recent.findUnit(subject, 'shared', { keyed, since })?.message)).toEqual(told(shared));
              if (shared && !keyed)
                expect(recent.findUnit(subject, 'shared', { keyed, since: shared.seq })).toBeUndefined();
            }
            for (const producer of ['p', 'q']) {
              const by = own.findLast(({ units }) => units.at(-1)?.producer?.id === producer);
              const found = recent.findProducer(subject, producer);
              expect(found?.producer).toEqual(by?.units.at(-1)?.producer);
              expect(told(found?.message)).toEqual(told(by));
            }
          }
          for (const message of all.slice(-700)) {
            const unit = message.units.length - 1;
            const kept = message.seq > recent.start;
            expect(recent.at(message.seq)?.seq).toBe(kept ? message.seq : undefined);
            const id = idOf(message.seq, unit, false);
            const sought = { keyed: message.units[unit]?.keyed ?? false, since: message.seq - 1 };
            if (unit > 0) expect(recent.findUnit(message.subject, id, sought)?.unit).toBe(kept ? unit : undefined);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives a message out as it was, also when its place has gone to another one meanwhile', () => {
    const recent = new RecentLog(0, { messages: 400, bytes: 8 << 20 });
    const push = (from: number, to: number): void => {
      for (let seq = from; seq <= to; seq += 1)
        recent.push(
          messageOf(seq, {
            subject: 'log.t.s.a.d',
            size: 1_000,
            units: 1,
            producer: undefined,
            shared: false,
            keyed: false,
          }),
        );
    };
    push(1, 400);
    const early = recent.at(2);
    const before = told(early);
    push(401, 3_000);
    expect(recent.at(2)).toBeUndefined();
    expect(told(early)).toEqual(before);
  });

  it('keeps to its bytes, of few large messages and of many small ones', () => {
    const recent = new RecentLog(0, { messages: 10_000, bytes: 1 << 20 });
    for (let seq = 1; seq <= 3_000; seq += 1) {
      const size = seq % 100 === 0 ? 200_000 : 500;
      recent.push(
        messageOf(seq, { subject: 'log.t.s.a.d', size, units: 2, producer: undefined, shared: false, keyed: false }),
      );
      expect(recent.held.bytes).toBeLessThanOrEqual(1 << 20);
    }
    expect(recent.held.messages).toBeGreaterThan(100);
  });
});
