import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AppendRequest, StreamFacts } from './append.js';
import { decideAppend } from './append.decider.js';
import type { Producer } from './producer.js';

const p = (epoch: number, seq: number, id = 'p'): Producer => ({ id, epoch, seq });
const stream = (facts: Partial<StreamFacts> = {}): StreamFacts => ({
  exists: true,
  closed: false,
  contentType: 'application/json',
  producers: [],
  ...facts,
});
const absent = stream({ exists: false });
const append = (request: Partial<AppendRequest> = {}): AppendRequest => ({
  hasBody: true,
  contentType: 'application/json',
  ...request,
});
const closeOnly = (request: Partial<AppendRequest> = {}): AppendRequest => ({
  hasBody: false,
  close: true,
  ...request,
});
const outcome = (facts: StreamFacts, request: AppendRequest): unknown => {
  const verdict = decideAppend(facts, request);
  return verdict.kind === 'refuse' ? verdict.refusal : verdict;
};
const accept = { kind: 'accept' };

describe('an append', () => {
  it('is accepted on an open stream of the same media type', () => {
    expect(outcome(stream(), append({ contentType: ' Application/JSON; charset=utf-8' }))).toEqual(accept);
  });
  it('needs a body unless it closes', () =>
    expect(outcome(absent, { hasBody: false })).toEqual({ reason: 'empty-body' }));
  it('needs a content type with a body, before anybody asks whether there is a stream', () =>
    expect(outcome(absent, append({ contentType: ' ' }))).toEqual({ reason: 'content-type-missing' }));
  it('that cannot be read is told so before anything else', () => {
    const refusal = { reason: 'malformed', message: 'no number' };
    for (const facts of [absent, stream({ closed: true }), stream()])
      expect(outcome(facts, { hasBody: false, malformed: 'no number' })).toEqual(refusal);
  });
  it('is not found on an absent stream', () => expect(outcome(absent, append())).toEqual({ reason: 'not-found' }));
  it('is told that the stream is closed before anything about types, producers or sequences', () => {
    const closed = stream({ closed: true, producers: [p(3, 3)], lastStreamSeq: 'z' });
    const request = append({ contentType: 'text/plain', producer: p(1, 9), streamSeq: 'a' });
    expect(outcome(closed, request)).toEqual({ reason: 'stream-closed' });
  });
  it('is refused with another content type, before its producer is looked at', () =>
    expect(outcome(stream({ producers: [p(3, 3)] }), append({ contentType: 'text/plain', producer: p(1, 9) }))).toEqual(
      { reason: 'content-type-mismatch' },
    ));
  it('with an unreadable body is refused last, and only where the stream holds JSON', () => {
    const broken = append({ bodyProblem: 'invalid-json', streamSeq: 'a' });
    expect(outcome(stream({ lastStreamSeq: 'b' }), broken)).toEqual({ reason: 'stale-stream-seq' });
    expect(outcome(stream(), broken)).toEqual({ reason: 'invalid-json' });
    expect(outcome(stream(), append({ bodyProblem: 'empty-array' }))).toEqual({ reason: 'empty-array' });
    const text = { contentType: 'text/plain' };
    expect(outcome(stream(text), append({ ...text, bodyProblem: 'invalid-json' }))).toEqual(accept);
  });
});

describe('Stream-Seq', () => {
  it.each([
    ['09', '10', accept],
    ['2', '10', { reason: 'stale-stream-seq' }],
    ['a', 'a', { reason: 'stale-stream-seq' }],
    ['a', 'B', { reason: 'stale-stream-seq' }],
    ['seq-001', 'seq-002', accept],
  ])('after %s, %s gives %j', (lastStreamSeq, streamSeq, expected) =>
    expect(outcome(stream({ lastStreamSeq }), append({ streamSeq }))).toEqual(expected),
  );
  it('is checked after duplicates', () =>
    expect(
      outcome(stream({ lastStreamSeq: 'b', producers: [p(0, 0)] }), append({ streamSeq: 'a', producer: p(0, 0) })),
    ).toEqual({ kind: 'duplicate', epoch: 0, seq: 0 }));
});

describe('a producer', () => {
  it.each([
    ['unknown, first request', undefined, p(7, 0), accept],
    ['unknown, later request', undefined, p(0, 2), { reason: 'sequence-gap', expected: 0, received: 2 }],
    ['of an earlier epoch', p(3, 5), p(2, 0), { reason: 'stale-epoch', current: 3 }],
    ['of a later epoch, in the middle', p(3, 5), p(4, 1), { reason: 'epoch-must-start-at-zero' }],
    ['of a later epoch, at its start', p(3, 5), p(4, 0), accept],
    ['with an old request', p(3, 5), p(3, 2), { kind: 'duplicate', epoch: 3, seq: 5 }],
    ['with its last request', p(3, 5), p(3, 5), { kind: 'duplicate', epoch: 3, seq: 5 }],
    ['with the next request', p(3, 5), p(3, 6), accept],
    ['that skipped one', p(3, 5), p(3, 7), { reason: 'sequence-gap', expected: 6, received: 7 }],
  ])('%s', (_name, known, producer, expected) => {
    const producers = known === undefined ? [p(9, 9, 'other')] : [known, p(9, 9, 'other')];
    expect(outcome(stream({ producers }), append({ producer }))).toEqual(expected);
    expect(outcome(stream({ producers }), closeOnly({ producer }))).toEqual(expected);
  });
});

describe('closing', () => {
  const closed = stream({ closed: true, closedBy: p(1, 4), producers: [p(1, 4)] });
  it('needs no content type', () => expect(outcome(stream(), closeOnly())).toEqual(accept));
  it('is not found on an absent stream', () => expect(outcome(absent, closeOnly())).toEqual({ reason: 'not-found' }));
  it('again is done already', () => expect(outcome(closed, closeOnly())).toEqual({ kind: 'already-closed' }));
  it('by the very request that closed is a duplicate, with or without a body', () => {
    const duplicate = { kind: 'duplicate', epoch: 1, seq: 4 };
    expect(outcome(closed, append({ producer: p(1, 4), close: true }))).toEqual(duplicate);
    expect(outcome(closed, closeOnly({ producer: p(1, 4) }))).toEqual(duplicate);
  });
  it('by another request, or with more data, is refused', () => {
    expect(outcome(closed, closeOnly({ producer: p(1, 5) }))).toEqual({ reason: 'stream-closed' });
    expect(outcome(closed, append({ close: true }))).toEqual({ reason: 'stream-closed' });
  });
});

it('writes every request of a producer once and in order, however often each is sent', () => {
  const sends = fc.array(fc.record({ id: fc.constantFrom('a', 'b'), epoch: fc.nat(2), seq: fc.nat(4) }));
  fc.assert(
    fc.property(sends, (requests) => {
      let producers: readonly Producer[] = [];
      const written: string[] = [];
      for (const producer of requests) {
        if (decideAppend(stream({ producers }), append({ producer })).kind !== 'accept') continue;
        const before = producers.find(({ id }) => id === producer.id);
        if (before?.epoch === producer.epoch) expect(producer.seq).toBe(before.seq + 1);
        else expect(producer.seq).toBe(0);
        if (before) expect(producer.epoch).toBeGreaterThanOrEqual(before.epoch);
        producers = [...producers.filter(({ id }) => id !== producer.id), producer];
        written.push(JSON.stringify(producer));
      }
      expect(new Set(written).size).toBe(written.length);
    }),
  );
});
