import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Backpressure, DeadlineExceeded } from '@app/streams';
import type { Frame } from './frames.js';
import { GivenAway, type Untaken } from './given-away.js';
import { ROUTED_LIMIT, ROUTING } from './routing-timing.js';

const COMMAND = Buffer.from('command');
const ANSWER = Buffer.from('answer');

describe('a command that was given to a peer', () => {
  let said: (readonly [string, Frame])[];
  let given: GivenAway;

  beforeEach(() => {
    jest.useFakeTimers();
    said = [];
    given = new GivenAway(
      (peer, frame) => said.push([peer, frame]),
      () => performance.now(),
    );
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const give = (leftMs = 15_000) => given.give('peer', COMMAND, leftMs);

  it('is answered by the peer, once', async () => {
    const answer = give();
    expect(said).toEqual([['peer', { kind: 'offer', n: 1, leftMs: 15_000, waitMs: 50, command: COMMAND }]]);
    given.hear('peer', { kind: 'taken', n: 1 });
    given.hear('peer', { kind: 'answer', n: 1, answer: ANSWER });
    given.hear('peer', { kind: 'answer', n: 1, answer: Buffer.from('other') });
    expect(await answer).toBe(ANSWER);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not answered by anybody else', async () => {
    const answer = give();
    given.hear('stranger', { kind: 'answer', n: 1, answer: ANSWER });
    given.hear('peer', { kind: 'refused', n: 1 });
    expect(await answer).toBeUndefined();
  });

  it('is executed here when nobody takes it in time', async () => {
    const answer = give();
    await jest.advanceTimersByTimeAsync(ROUTING.takenMs + 2 * ROUTING.sweepMs);
    expect(await answer).toHaveProperty('outcome');
    expect(said.at(-1)).toEqual(['peer', { kind: 'withdrawal', n: 1 }]);
    given.lost('peer');
  });

  describe('and passed over', () => {
    const passedOver = async (leftMs?: number): Promise<Promise<Uint8Array | undefined>> => {
      const answer = give(leftMs);
      await jest.advanceTimersByTimeAsync(ROUTING.takenMs + 2 * ROUTING.sweepMs);
      return ((await answer) as Untaken).outcome();
    };

    it('may have been accepted all the same', async () => {
      const outcome = passedOver();
      await jest.advanceTimersByTimeAsync(100);
      given.hear('peer', { kind: 'taken', n: 1 });
      given.hear('peer', { kind: 'answer', n: 1, answer: ANSWER });
      expect(await outcome).toBe(ANSWER);
      expect(jest.getTimerCount()).toBe(0);
    });

    it.each(['refused', 'full'] as const)('has come to nothing when the peer says "%s"', async (kind) => {
      const outcome = passedOver();
      await jest.advanceTimersByTimeAsync(100);
      given.hear('peer', { kind, n: 1 });
      expect(await outcome).toBeUndefined();
    });

    it('is withdrawn again until the peer says something, and unknown when it never does', async () => {
      const outcome = passedOver(3_000).catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(5_000);
      expect(said.filter(([, { kind }]) => kind === 'withdrawal').length).toBeGreaterThan(2);
      expect(await outcome).toEqual(new DeadlineExceeded(true));
    });

    it('has come to nothing when the peer is gone', async () => {
      const outcome = passedOver();
      await jest.advanceTimersByTimeAsync(100);
      given.lost('peer');
      expect(await outcome).toBeUndefined();
    });
  });

  it('is executed here when the peer is gone, also after it was taken', async () => {
    const answers = [give(), give()];
    given.hear('peer', { kind: 'taken', n: 1 });
    await jest.advanceTimersByTimeAsync(30);
    given.lost('peer');
    expect(await Promise.all(answers)).toEqual([undefined, undefined]);
  });

  it('is asked about when no answer comes, and executed here when the peer knows nothing of it', async () => {
    const answer = give();
    given.hear('peer', { kind: 'taken', n: 1 });
    await jest.advanceTimersByTimeAsync(ROUTING.inquireMs + 50);
    expect(said.at(-1)).toEqual(['peer', { kind: 'inquiry', n: 1 }]);
    given.hear('peer', { kind: 'taken', n: 1 });
    await jest.advanceTimersByTimeAsync(ROUTING.inquireMs + 50);
    given.hear('peer', { kind: 'refused', n: 1 });
    expect(await answer).toBeUndefined();
  });

  it('is executed here when the peer does not even answer that', async () => {
    const answer = give();
    given.hear('peer', { kind: 'taken', n: 1 });
    await jest.advanceTimersByTimeAsync(5 * ROUTING.inquireMs);
    expect(await answer).toHaveProperty('outcome');
    given.lost('peer');
  });

  it('has an unknown outcome past its deadline', async () => {
    const failed = give(500).catch((error: unknown) => error);
    given.hear('peer', { kind: 'taken', n: 1 });
    for (let ms = 0; ms < 2_000; ms += 100) {
      await jest.advanceTimersByTimeAsync(100);
      given.hear('peer', { kind: 'taken', n: 1 });
    }
    expect(await failed).toEqual(new DeadlineExceeded(true));
  });

  it('is refused when too many are under way, here or there', async () => {
    const full = give().catch((error: unknown) => error);
    given.hear('peer', { kind: 'full', n: 1 });
    expect(await full).toBeInstanceOf(Backpressure);
    for (let n = 0; n < ROUTED_LIMIT.commands; n += 1) void give();
    await expect(give()).rejects.toBeInstanceOf(Backpressure);
    given.lost('peer');
  });

  it('is waited for longer once the peer was late, and not when it says nothing', async () => {
    const late = give();
    await jest.advanceTimersByTimeAsync(200);
    expect(await late).toHaveProperty('outcome');
    void give();
    expect(said.at(-1)?.[1]).toMatchObject({ kind: 'offer', waitMs: 50 });
    for (let n = 0; n < 6; n += 1) {
      void give();
      await jest.advanceTimersByTimeAsync(200);
      given.hear('peer', { kind: 'taken', n: n + 3 });
    }
    void give();
    const offers = said.flatMap(([, frame]) => (frame.kind === 'offer' ? [frame.waitMs] : []));
    expect(offers.at(-1)).toBeGreaterThan(150);
    given.lost('peer');
  });
});
