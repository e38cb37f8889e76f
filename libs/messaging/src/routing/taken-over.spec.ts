import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Frame, Offer } from './frames.js';
import { TakenOver, type Terms } from './taken-over.js';

const OFFER: Offer = { kind: 'offer', n: 7, leftMs: 15_000, waitMs: 50, command: Buffer.from('command') };
const ANSWER = Buffer.from('answer');

describe('a command of another process', () => {
  let said: (readonly [string, Frame])[];
  let taken: TakenOver;
  let terms: Terms | undefined;
  let finish: (answer: Uint8Array | undefined) => void;

  beforeEach(() => {
    said = [];
    taken = new TakenOver(
      (_command, given) => {
        terms = given;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      (peer, frame) => said.push([peer, frame]),
    );
  });

  it('is not decided any more once it is withdrawn, and that is told', async () => {
    taken.take('peer', OFFER, () => true);
    expect(terms?.holds()).toBe(true);
    taken.withdraw('peer', 7);
    expect(terms?.holds()).toBe(false);
    finish(undefined);
    await taken.finished();
    expect(said.map(([, { kind }]) => kind)).toEqual(['taken', 'refused']);
  });

  it('is answered when the withdrawal came too late', async () => {
    taken.take('peer', OFFER, () => true);
    taken.withdraw('peer', 7);
    finish(ANSWER);
    await taken.finished();
    expect(said.at(-1)).toEqual(['peer', { kind: 'answer', n: 7, answer: ANSWER }]);
  });

  it('is withdrawn by its sender only', () => {
    taken.take('peer', OFFER, () => true);
    taken.withdraw('stranger', 7);
    expect(terms?.holds()).toBe(true);
    expect(said.at(-1)).toEqual(['stranger', { kind: 'refused', n: 7 }]);
  });
});
