import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LeaseHeap } from './lease-heap.js';

describe('LeaseHeap', () => {
  it('gives items in the order they are due, and none early', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100)), fc.nat(100), (times, now) => {
        const heap = new LeaseHeap<number>();
        for (const at of times) heap.add(at, at);
        const taken: number[] = [];
        for (let item = heap.takeDue(now); item !== undefined; item = heap.takeDue(now)) taken.push(item);
        expect(taken).toEqual(times.filter((at) => at <= now).sort((a, b) => a - b));
        expect(heap.size).toBe(times.length - taken.length);
      }),
    );
  });
});
