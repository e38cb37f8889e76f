import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from '@jest/globals';
import { packEnvelope, unpackEnvelope, type Frame } from './frames.js';
import { Outbox } from './outbox.js';
import { BATCH_BYTES } from './routing-timing.js';

const frames: readonly Frame[] = [
  { kind: 'offer', n: 1, leftMs: 14_999.5, waitMs: 50, command: Uint8Array.from([0, 255, 10]) },
  { kind: 'answer', n: 2 ** 40, answer: Uint8Array.from([]) },
  { kind: 'taken', n: 3 },
  { kind: 'refused', n: 4 },
  { kind: 'full', n: 5 },
  { kind: 'inquiry', n: 6 },
];

describe('frames', () => {
  it('come out as they went in', () => {
    expect(unpackEnvelope(packEnvelope({ sentAt: 12.25, frames }))).toEqual({ sentAt: 12.25, frames });
  });

  it('of another version, or of nobody of ours, are nothing', () => {
    for (const bytes of [encode([2, 1, []]), encode({ a: 1 }), encode(null), Buffer.from([0xc1]), new Uint8Array()])
      expect(unpackEnvelope(bytes)).toBeUndefined();
  });

  it('of a kind that is not known yet are passed over', () => {
    const wire = encode([1, 5, [[99, 1], [2, 7], 'x', [0, 1, 'no bytes', 1, 1]]]);
    expect(unpackEnvelope(wire)?.frames).toEqual([{ kind: 'taken', n: 7 }]);
  });

  it('of one turn leave together, in order, in messages of bounded size', () => {
    const sent: (readonly [string, readonly Frame[]])[] = [];
    const outbox = new Outbox((to, batch) => sent.push([to, batch]));
    const command = new Uint8Array(BATCH_BYTES / 3);
    const offers = Array.from({ length: 7 }, (_, n): Frame => ({ kind: 'offer', n, leftMs: 1, waitMs: 1, command }));
    for (const offer of offers) outbox.add('a', offer);
    outbox.add('b', { kind: 'taken', n: 9 });
    outbox.flush();
    expect(sent.map(([to, batch]) => [to, batch.length])).toEqual([
      ['a', 2],
      ['a', 2],
      ['a', 2],
      ['a', 1],
      ['b', 1],
    ]);
    expect(sent.flatMap(([to, batch]) => (to === 'a' ? batch : []))).toEqual(offers);
  });
});
