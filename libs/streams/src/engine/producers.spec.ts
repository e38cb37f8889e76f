import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { producerBytes } from '../codec/format-v1.js';
import { listed, type Listed } from './producers.js';

// Of the state that every message carries along.
const MOST = 32;
const MOST_BYTES = 1024;

const NOBODY: Listed = { producers: [], more: false };

const producer = fc.record({
  id: fc.oneof(fc.integer({ max: 60, min: 0 }).map(String), fc.string({ minLength: 1, maxLength: 512 })),
  epoch: fc.nat(),
  seq: fc.nat(),
});

it('lists what each producer wrote last, the newest last, as many as fit, and says when there are others', () => {
  fc.assert(
    fc.property(fc.array(producer, { minLength: 1, maxLength: 80 }), (accepted) => {
      const { producers, more } = accepted.reduce(listed, NOBODY);
      const newest = new Map(accepted.map((each) => [each.id, each]));
      expect(producers.at(-1)).toEqual(accepted.at(-1));
      expect(new Set(producers.map(({ id }) => id)).size).toBe(producers.length);
      for (const each of producers) expect(each).toEqual(newest.get(each.id));
      expect(producers.length).toBeLessThanOrEqual(MOST);
      if (producers.length > 1) expect(producerBytes(producers)).toBeLessThanOrEqual(MOST_BYTES);
      if (producers.length < newest.size) expect(more).toBe(true);
    }),
  );
});
