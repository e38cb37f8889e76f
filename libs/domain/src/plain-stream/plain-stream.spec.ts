import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stateAfter } from '../kernel/decision.js';
import { present } from '../kernel/present.js';
import { decideAppendToStream } from './decisions/append-to-stream.js';
import { decideCreate, type CreateStream } from './decisions/create-stream.js';
import { decideDelete, decideExpire, decideRenew } from './decisions/end-life.js';
import { decideGiveUpFork, decideReference, decideUnreference, fateOfFork } from './decisions/references.js';
import type { PlainDecided, PlainFacts } from './plain-stream.decision.js';
import type { PlainStreamEvent } from './plain-stream.events.js';
import { evolvePlainStream } from './plain-stream.evolve.js';
import { plainSnapshot, restorePlainStream } from './plain-stream.snapshot.js';
import { absentStream, type Expiry, type ForkOrigin, type PlainStream, type Reference } from './plain-stream.state.js';

const NOW = 1_000_000;
const idle: Expiry = { kind: 'idle', ttl: 10 };
const origin: ForkOrigin = { source: 'src', offset: 'o', subOffset: 0, reference: 'r0' };
const reference = (id: string, fork = `fork-${id}`): Reference => ({ id, fork, at: NOW });

const created = (data: { expiry?: Expiry; fork?: ForkOrigin } = {}): PlainStreamEvent => ({
  type: 'created',
  data: { at: NOW, ...data },
});
const referenced = (id: string): PlainStreamEvent => ({ type: 'referenced', data: reference(id) });
const deleted: PlainStreamEvent = { type: 'deleted', data: { at: NOW, reason: 'asked' } };

const after = (...events: readonly PlainStreamEvent[]): PlainStream => events.reduce(evolvePlainStream, absentStream);
const then = (state: PlainStream, { units }: PlainDecided<unknown>): PlainStream =>
  stateAfter(evolvePlainStream, state, units);
const types = ({ units }: PlainDecided<unknown>): readonly string[] =>
  units.flatMap(({ events }) => events.map(({ type }) => type));

const live = after(created());
const dying = after(created({ expiry: idle }));
const gone = after(created(), referenced('r1'), deleted);
const facts = (more: Partial<PlainFacts> = {}): PlainFacts => ({
  exists: true,
  closed: false,
  contentType: 'text/plain',
  producers: [],
  seq: 9,
  tail: { seq: 9, pos: 0 },
  ...more,
});
const refused = (code: string): unknown => expect.objectContaining({ code });

describe('creating a stream', () => {
  const create = (
    state: PlainStream,
    config: Partial<CreateStream['config']> = {},
    more: Partial<CreateStream> & { readonly facts?: PlainFacts } = {},
  ) =>
    decideCreate(state, more.facts ?? facts(), {
      now: NOW,
      config: { contentType: 'text/plain', closed: false, ...config },
      ...more,
    });

  it('begins a life of the type that was asked for, bytes by default', () => {
    expect(create(absentStream)).toMatchObject({ begins: { contentType: 'text/plain' }, result: { kind: 'created' } });
    expect(create(absentStream, { contentType: undefined }).begins).toEqual({
      contentType: 'application/octet-stream',
    });
  });
  it('may close it at once', () => expect(create(absentStream, { closed: true }).close).toBe(true));
  it('is refused with a first content that is no JSON, while an empty array is none', () => {
    expect(() => create(absentStream, {}, { bodyProblem: 'invalid-json' })).toThrow(refused('INVALID_REQUEST'));
    expect(create(absentStream, {}, { bodyProblem: 'empty-array' }).result.kind).toBe('created');
  });
  it('again with the same configuration is nothing new, whatever its body', () =>
    expect(create(live, { contentType: 'Text/Plain; charset=utf-8' }, { bodyProblem: 'invalid-json' })).toMatchObject({
      units: [],
      result: { kind: 'exists' },
    }));
  it.each([
    ['type', live, { contentType: 'text/html' }],
    ['default type', live, { contentType: undefined }],
    ['end', live, { expiry: idle }],
    ['window', dying, { expiry: { kind: 'idle', ttl: 11 } }],
    ['kind of end', dying, { expiry: { kind: 'instant', at: NOW, text: 'x' } }],
    ['closedness', live, { closed: true }],
    ['source', live, { fork: { source: 'src', subOffset: 0 } }],
  ] as const)('again with another %s is a conflict', (_what, state, config) =>
    expect(() => create(state, config)).toThrow(refused('STREAM_CONFLICT')),
  );
  it('writes the end down as it was asked for, and compares that', () => {
    const expiry: Expiry = { kind: 'instant', at: NOW + 1, text: '2030-01-01T00:00:00Z' };
    const state = then(absentStream, create(absentStream, { expiry }));
    expect(create(state, { expiry }).result.kind).toBe('exists');
    expect(() => create(state, { expiry: { ...expiry, text: '2030-01-01T00:00:00+00:00' } })).toThrow();
  });
  it('where one has expired begins another life, and gives back what the old one held', () =>
    expect(create(after(created({ expiry: { kind: 'idle', ttl: 0 }, fork: origin })))).toMatchObject({
      begins: {},
      result: { kind: 'created', ended: origin },
    }));
  it('is not possible where forks hold the content of an old life', () => {
    expect(create(gone).result).toEqual({ kind: 'held' });
    const expired = after(created({ expiry: { kind: 'idle', ttl: 0 } }), referenced('r1'));
    const decided = create(expired);
    expect(decided.result).toEqual({ kind: 'held' });
    expect(decided.ends).toBeUndefined();
    expect(then(expired, decided).situation).toBe('gone');
  });

  describe('as a fork', () => {
    const fork = { source: 'src', subOffset: 0 };
    const taken = { origin, contentType: 'text/html', expiry: idle, after: 9 };
    const forked = after(created({ fork: origin, expiry: idle }));

    it('inherits type and end unless it has its own', () => {
      const inherited = create(absentStream, { fork, contentType: undefined }, { fork: taken });
      expect(inherited.begins).toEqual({ contentType: 'text/html' });
      expect(then(absentStream, inherited)).toMatchObject({ expiry: idle, ties: { fork: origin } });
      const own = create(absentStream, { fork, expiry: { kind: 'idle', ttl: 1 } }, { fork: taken });
      expect(then(absentStream, own)).toMatchObject({ expiry: { ttl: 1 } });
    });
    it('is not created with a reference that was taken before the newest message there', () => {
      const late = (state: PlainStream): unknown =>
        create(state, { fork, contentType: undefined }, { fork: { ...taken, after: 8 } });
      const ended = after(created({ expiry: { kind: 'idle', ttl: 0 }, fork: origin }));
      for (const state of [absentStream, ended])
        expect(late(state)).toEqual({ units: [], result: { kind: 'overtaken' } });
      // Whoever finds it there needs no reference.
      expect(late(forked)).toEqual({ units: [], result: { kind: 'exists' } });
      expect(late(gone)).toEqual({ units: [], result: { kind: 'held' } });
    });
    it('again is the same, also without naming what it inherited or where it left', () => {
      expect(create(forked, { fork, contentType: undefined }).result.kind).toBe('exists');
      expect(create(forked, { fork: { ...fork, offset: 'o' }, expiry: idle }).result.kind).toBe('exists');
    });
    it.each([
      ['source', { source: 'x', subOffset: 0 }],
      ['offset', { source: 'src', offset: 'p', subOffset: 0 }],
      ['sub-offset', { source: 'src', subOffset: 1 }],
      ['nothing', undefined],
    ])('again from another %s is a conflict', (_what, other) =>
      expect(() => create(forked, other === undefined ? { expiry: idle } : { fork: other })).toThrow(
        refused('STREAM_CONFLICT'),
      ),
    );
  });
});

describe('an append', () => {
  const append = (state: PlainStream, now = NOW, more: Partial<PlainFacts> = {}) =>
    decideAppendToStream(state, facts({ exists: state.situation !== 'absent', ...more }), {
      now,
      request: { hasBody: true, contentType: 'text/plain', producer: { id: 'p', epoch: 0, seq: 0 } },
    });

  it('is stored as sent, with its producer', () =>
    expect(append(live).units).toEqual([
      { items: [], events: [], asSent: true, producer: { id: 'p', epoch: 0, seq: 0 } },
    ]));
  it('is a use of a stream that ends when idle', () =>
    expect(append(dying, NOW + 5).units[0]?.events).toEqual([{ type: 'renewed', data: { at: NOW + 5 } }]));
  it('finds no stream that has expired', () => expect(() => append(dying, NOW + 10_000)).toThrow(refused('not-found')));
  it('finds no stream that was never there', () => expect(() => append(absentStream)).toThrow(refused('not-found')));
  it('is told when only forks have the stream', () => {
    expect(() => append(gone)).toThrow(refused('STREAM_GONE'));
    const held = after(created({ expiry: idle }), referenced('r1'));
    expect(() => append(held, NOW + 10_000)).toThrow(refused('STREAM_GONE'));
  });
  it('without a body is malformed, whatever the stream is', () =>
    expect(() => decideAppendToStream(gone, facts(), { now: NOW, request: { hasBody: false } })).toThrow(
      refused('empty-body'),
    ));
  it('that closes says so, and again says that it was', () => {
    const request = { hasBody: false, close: true };
    expect(decideAppendToStream(live, facts(), { now: NOW, request })).toMatchObject({
      close: true,
      result: { kind: 'appended', closed: true },
    });
    expect(decideAppendToStream(live, facts({ closed: true }), { now: NOW, request })).toMatchObject({
      units: [],
      result: { kind: 'already-closed' },
    });
  });
});

describe('the end of a stream', () => {
  it('frees the path, and gives back the source of a fork', () =>
    expect(decideDelete(after(created({ fork: origin })), NOW)).toMatchObject({ ends: true, result: { origin } }));
  it('leaves the content to the forks, and the source of the stream with it', () => {
    const state = after(created({ fork: origin }), referenced('r1'));
    const decided = decideDelete(state, NOW);
    expect([decided.ends, decided.result]).toEqual([undefined, {}]);
    expect(then(state, decided)).toMatchObject({ situation: 'gone', ties: { fork: origin } });
  });
  it('comes once', () => {
    expect(() => decideDelete(gone, NOW)).toThrow(refused('STREAM_GONE'));
    expect(() => decideDelete(absentStream, NOW)).toThrow(refused('STREAM_NOT_FOUND'));
    expect(() => decideDelete(dying, NOW + 10_000)).toThrow(refused('STREAM_NOT_FOUND'));
  });
  it('by itself comes at its time, not before', () => {
    expect(decideExpire(dying, NOW + 9_999).units).toEqual([]);
    expect(decideExpire(dying, NOW + 10_000)).toMatchObject({ ends: true });
    expect(decideExpire(live, Number.MAX_SAFE_INTEGER).units).toEqual([]);
  });
  it('is put off by use before it, even when that is told late', () => {
    const renewed = then(dying, decideRenew(dying, NOW + 9_000));
    expect(decideExpire(renewed, NOW + 18_999).units).toEqual([]);
    expect(decideRenew(renewed, NOW + 8_000).units).toEqual([]);
    expect(decideRenew(dying, NOW + 10_000).units).toEqual([]);
    expect(decideRenew(live, NOW + 1).units).toEqual([]);
  });
});

describe('a fork that never came', () => {
  it('is given up where nothing is', () =>
    expect(decideGiveUpFork(absentStream, 'r0')).toMatchObject({
      units: [{ events: [{ type: 'fork-given-up', data: { reference: 'r0' } }] }],
      ends: true,
      result: false,
    }));
  it('came after all, or somebody else did', () => {
    expect(decideGiveUpFork(after(created({ fork: origin })), 'r0')).toMatchObject({ units: [], result: true });
    for (const state of [live, gone, after(created({ fork: origin }))])
      expect(decideGiveUpFork(state, 'another')).toMatchObject({ units: [], result: false });
  });
  it('never will where something is that its creator does not expect there', () => {
    const taken = { ...reference('r0'), after: 5 };
    const withIt = after(created({ fork: origin }));
    const kept = after(created({ fork: origin }), referenced('r1'), deleted);
    for (const state of [absentStream, live, gone]) {
      expect([5, 6].map((seq) => fateOfFork(taken, state, seq))).toEqual(['open', 'never']);
      // An earlier version creates it behind whatever is there.
      expect(fateOfFork(reference('r0'), state, 6)).toBe('open');
    }
    for (const state of [withIt, kept]) expect(fateOfFork(taken, state, 6)).toBe('there');
  });
  it('leaves nothing behind', () =>
    expect(then(absentStream, decideGiveUpFork(absentStream, 'r0'))).toBe(absentStream));
});

describe('a reference', () => {
  const take = (state: PlainStream, more: Partial<Parameters<typeof decideReference>[2]> = {}, now = NOW) =>
    decideReference(state, facts(), { now, reference: reference('r9'), ...more });

  it('is taken at the tail, or before it', () => {
    expect(take(dying).result).toEqual({ contentType: 'text/plain', cut: { seq: 9, pos: 0 }, expiry: idle });
    expect(take(live, { cut: { seq: 3, pos: 7 } }).result.cut).toEqual({ seq: 3, pos: 7 });
  });
  it.each([
    ['behind the tail', live, { cut: { seq: 9, pos: 1 } }, 'INVALID_REQUEST'],
    ['with another type', live, { contentType: 'text/html' }, 'STREAM_CONFLICT'],
    ['on a deleted source', gone, {}, 'STREAM_CONFLICT'],
    ['on no source', absentStream, {}, 'STREAM_NOT_FOUND'],
  ] as const)('%s is refused', (_what, state, more, code) => expect(() => take(state, more)).toThrow(refused(code)));
  it('on an expired source is refused', () => {
    expect(() => take(dying, {}, NOW + 10_000)).toThrow(refused('STREAM_NOT_FOUND'));
    const held = evolvePlainStream(dying, referenced('r1'));
    expect(() => take(held, {}, NOW + 10_000)).toThrow(refused('STREAM_CONFLICT'));
  });
  it('is one of as many as a message can list', () => {
    let state = live;
    let taken = 0;
    const takeNext = (): void => {
      state = then(state, take(state, { reference: reference(`r${String(taken)}`, 'x'.repeat(900)) }));
      taken += 1;
    };
    expect(() => {
      for (;;) takeNext();
    }).toThrow(refused('STREAM_CONFLICT'));
    expect(taken).toBe(20);
  });
  it('is given back once, and the last takes a deleted source with it', () => {
    expect(types(decideUnreference(after(created(), referenced('r1')), 'r1', NOW))).toEqual(['unreferenced']);
    const two = after(created({ fork: origin }), referenced('r1'), referenced('r2'), deleted);
    const one = then(two, decideUnreference(two, 'r1', NOW));
    expect(decideUnreference(one, 'r1', NOW).units).toEqual([]);
    const last = decideUnreference(one, 'r2', NOW);
    expect(last).toMatchObject({ ends: true, result: { origin } });
    expect(then(one, last)).toEqual(absentStream);
    expect(decideUnreference(absentStream, 'r1', NOW).units).toEqual([]);
  });
});

it('comes back from a snapshot as it was, after any history', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const event: fc.Arbitrary<PlainStreamEvent> = fc.oneof(
    fc
      .record({
        expiry: fc.option(fc.constant(idle), { nil: undefined }),
        fork: fc.option(fc.constant(origin), { nil: undefined }),
      })
      .map((data) => created(present(data))),
    id.map(referenced),
    id.map((gone): PlainStreamEvent => ({ type: 'unreferenced', data: { id: gone } })),
    fc.nat(100).map((at): PlainStreamEvent => ({ type: 'renewed', data: { at } })),
    fc.constant(deleted),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const state = after(...events);
      const { hot, cold } = plainSnapshot(state);
      const back = restorePlainStream(hot, cold);
      // Without an idle end nobody asks when a stream was last used, so that is not kept.
      const kept = state.situation === 'live' && !state.expiry ? { ...state, renewedAt: 0 } : state;
      expect(back).toEqual(kept);
    }),
  );
});
