import { expect, it } from '@jest/globals';
import { wishOf } from './lane-membership.js';
import type { HeldLane } from './lane-store.js';

const lane = (number: number, epoch = 1): HeldLane => ({
  lane: number,
  epoch,
  position: 0,
  messageTime: null,
  firstUnit: null,
});

it('wants all lanes when it is alone', () => {
  expect(wishOf({ workers: 1, held: [] }, [], 8)).toEqual({ surplus: 0, missing: 8, lost: [] });
});

it('gives half back when a second worker comes', () => {
  const held = [0, 1, 2, 3].map((number) => lane(number));
  expect(wishOf({ workers: 2, held }, held, 4)).toEqual({ surplus: 2, missing: 0, lost: [] });
});

it('notices a lane that has a new epoch, and wants another one', () => {
  const wish = wishOf({ workers: 1, held: [lane(0, 2)] }, [lane(0, 1)], 1);
  expect(wish).toEqual({ surplus: 0, missing: 1, lost: [lane(0, 1)] });
});
