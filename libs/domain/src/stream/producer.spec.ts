import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldProducers, parseProducer } from './producer.js';

describe('producer headers', () => {
  it('are all absent', () => expect(parseProducer({})).toEqual({ kind: 'none' }));

  it('are a triple', () =>
    expect(parseProducer({ id: 'p', epoch: '3', seq: '0' })).toEqual({
      kind: 'producer',
      producer: { id: 'p', epoch: 3, seq: 0 },
    }));

  it('reach up to 2^53-1', () =>
    expect(parseProducer({ id: 'p', epoch: '9007199254740991', seq: '0' }).kind).toBe('producer'));

  it.each([
    { id: 'p' },
    { id: 'p', epoch: '1' },
    { epoch: '1', seq: '1' },
    { id: '', epoch: '1', seq: '1' },
    { id: 'p'.repeat(513), epoch: '1', seq: '1' },
    { id: 'p', epoch: '-1', seq: '1' },
    { id: 'p', epoch: '1', seq: '1.0' },
    { id: 'p', epoch: '1e3', seq: '1' },
    { id: 'p', epoch: ' 1', seq: '1' },
    { id: 'p', epoch: '', seq: '1' },
    { id: 'p', epoch: '9007199254740992', seq: '1' },
    { id: 'p', epoch: '1', seq: '99999999999999999999' },
  ])('are malformed as %j', (headers) => expect(parseProducer(headers).kind).toBe('malformed'));
});

describe('known producers', () => {
  const producer = fc.record({ id: fc.constantFrom('a', 'b', 'c'), epoch: fc.nat(3), seq: fc.nat(9) });

  it('keep one state each, the newest last, and no more than asked', () => {
    fc.assert(
      fc.property(fc.array(producer, { minLength: 1 }), (accepted) => {
        const all = accepted.reduce((known, p) => foldProducers(known, p, 2), foldProducers([], undefined));
        expect(all.at(-1)).toEqual(accepted.at(-1));
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        expect(all.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
