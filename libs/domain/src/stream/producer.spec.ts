import { describe, expect, it } from '@jest/globals';
import { parseProducer } from './producer.js';

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
