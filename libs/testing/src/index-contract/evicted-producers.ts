import { describe, expect, it } from '@jest/globals';
import { LogUnavailable } from '@app/streams';
import { diaryOn, readItems, say } from '../diary.js';
import { Gate } from '../faulty-backend.js';
import { FaultyIndex } from '../faulty-index.js';
import type { IndexContract } from './indexed-world.js';
import { failureOf, FORGETFUL } from '../log-contract/contract-context.js';
import { crowd, nameOf, produce, pushOut } from './producing.js';

// A few of them are more than is read in place of an index.
const LARGE = Buffer.from(JSON.stringify('x'.repeat(1_000_000)));

export const evictedProducers = ({ join, freshSubject, submit, world }: IndexContract): void => {
  /** A stream whose first producers are only in the index, which tells nothing until its gate is opened. */
  const forgotten = async () => {
    const subject = freshSubject();
    const index = new FaultyIndex(world().index);
    const { log, backend } = await join({ ...FORGETFUL, index });
    await submit(log, 'open');
    await crowd(log, subject);
    for (let n = 0; n < 5; n += 1) await submit(log, `more ${String(n)}`);
    const gate = new Gate();
    index.hold(gate);
    return { subject, log, backend, gate };
  };

  describe('a producer that the state of its stream no longer lists', () => {
    it('goes on where it was, and is told what it wrote, in the same group and after a restart', async () => {
      const subject = freshSubject();
      const { log } = await join();
      await submit(log, 'open');
      await crowd(log, subject);
      // All at once, in one group: the group itself pushes producers out.
      const again = await Promise.all(
        [0, 1, 0, 5]
          .map((seq) => produce(log, subject, nameOf(1), [0, seq]))
          .concat(
            Array.from({ length: 60 }, (_, n) => produce(log, subject, nameOf(n + 40), [0, 1])),
            produce(log, subject, nameOf(1), [0, 1]),
          ),
      );
      expect(again.slice(0, 4)).toEqual(['duplicate of 0/0', 'accepted', 'duplicate of 0/1', 'gap, expected 2']);
      expect(again.slice(4)).toEqual([...Array.from({ length: 60 }, () => 'accepted'), 'duplicate of 0/1']);
      const { log: later } = await join(FORGETFUL);
      for (const n of [0, 2, 20]) {
        expect(await produce(later, subject, nameOf(n), [0, 0])).toBe('duplicate of 0/0');
        expect(await produce(later, subject, nameOf(n), [0, 7])).toBe('gap, expected 1');
        expect(await produce(later, subject, nameOf(n), [0, 1])).toBe('accepted');
      }
      expect(await produce(later, subject, nameOf(1), [0, 2])).toBe('accepted');
      expect(await produce(later, subject, 'nobody', [0, 3])).toBe('gap, expected 0');
      expect(await produce(later, subject, 'somebody', [4, 0])).toBe('accepted');
      expect((await readItems(later, subject)).items).toHaveLength(1 + 100 + 61 + 3 + 1 + 1);
    });

    it('is fenced by its later epoch', async () => {
      const subject = freshSubject();
      const { log } = await join(FORGETFUL);
      await submit(log, 'open');
      expect(await produce(log, subject, 'fenced', [1, 0])).toBe('accepted');
      expect(await produce(log, subject, 'fenced', [3, 0])).toBe('accepted');
      await crowd(log, subject);
      expect(await produce(log, subject, 'fenced', [2, 0])).toBe('stale, epoch is 3');
      expect(await produce(log, subject, 'fenced', [4, 1])).toBe('epoch-must-start-at-zero');
      expect(await produce(log, subject, 'fenced', [4, 0])).toBe('accepted');
    });

    it('is nobody in the next life of the path', async () => {
      const subject = freshSubject();
      const { log } = await join(FORGETFUL);
      await submit(log, 'open');
      await crowd(log, subject);
      await log.submit(diaryOn(subject), {
        ...say('delete'),
        decide: ({ tail }) => ({
          kind: 'append',
          units: [{ body: Buffer.alloc(0), count: 0, types: [], events: [] }],
          next: { count: 0 },
          tombstone: true,
          result: () => ({ seq: 0, unit: 0, offset: tail, replayed: false }),
        }),
      });
      await submit(log, 'open again');
      expect(await produce(log, subject, nameOf(3), [0, 1])).toBe('gap, expected 0');
      await crowd(log, subject);
      expect(await produce(log, subject, nameOf(3), [0, 0])).toBe('duplicate of 0/0');
    });

    it('is found by another process, which sees what the first one wrote after the index', async () => {
      const subject = freshSubject();
      const { log: one } = await join();
      const { log: other } = await join();
      await submit(one, 'open');
      await crowd(one, subject);
      for (let seq = 1; seq < 30; seq += 1) {
        const [writer, asker] = seq % 2 === 0 ? [one, other] : [other, one];
        expect(await produce(writer, subject, nameOf(0), [0, seq])).toBe('accepted');
        await pushOut(writer, subject, seq);
        expect(await produce(asker, subject, nameOf(0), [0, seq])).toBe(`duplicate of 0/${String(seq)}`);
      }
    });

    it('is looked for on the stream when the index is behind, or away, and the stream is short', async () => {
      const subject = freshSubject();
      await world().pause();
      const { log } = await join(FORGETFUL);
      await submit(log, 'open');
      await crowd(log, subject);
      for (let n = 0; n < 5; n += 1) await submit(log, `more ${String(n)}`);
      expect(await produce(log, subject, nameOf(0), [0, 0])).toBe('duplicate of 0/0');
      await world().takeAway();
      expect(await produce(log, subject, nameOf(1), [0, 0])).toBe('duplicate of 0/0');
      expect(await produce(log, subject, nameOf(1), [0, 1])).toBe('accepted');
    });

    it('has to come back later when the index is behind, or away, and the stream is long; nobody else has', async () => {
      const subject = freshSubject();
      await world().pause();
      const { log } = await join({ ...FORGETFUL, timing: { indexMs: 200 } });
      await submit(log, 'open');
      await crowd(log, subject);
      for (let n = 0; n < 12; n += 1) await produce(log, subject, 'large', [0, n], LARGE);
      const lost = (): Promise<unknown> => failureOf(produce(log, subject, nameOf(0), [0, 0]));
      expect(await lost()).toBeInstanceOf(LogUnavailable);
      await world().takeAway();
      expect(await lost()).toBeInstanceOf(LogUnavailable);
      expect(await produce(log, subject, 'large', [0, 12])).toBe('accepted');
      expect((await submit(log, 'without a producer')).replayed).toBe(false);
      await world().bringBack();
      await world().resume();
      let answer: unknown;
      do answer = await lost();
      while (answer instanceof LogUnavailable);
      expect(answer).toBeUndefined();
      expect(await produce(log, subject, nameOf(0), [0, 0])).toBe('duplicate of 0/0');
    });

    it('makes nobody else wait, and keeps its own order', async () => {
      const { subject, log, gate } = await forgotten();
      const early = [1, 2].map((seq) => produce(log, subject, nameOf(0), [0, seq]));
      await gate.reached;
      expect(await produce(log, subject, nameOf(99), [0, 1])).toBe('accepted');
      await submit(log, 'in between', { copies: 'nowhere' });
      const late = [3, 4].map((seq) => produce(log, subject, nameOf(0), [0, seq]));
      gate.open();
      expect(await Promise.all([...early, ...late])).toEqual(Array.from({ length: 4 }, () => 'accepted'));
    });

    it('is judged by what another process wrote for it while it was looked for', async () => {
      const { subject, log, backend, gate } = await forgotten();
      const { log: other } = await join();
      // Found, but not told yet; then the stream is known from the broker, and what memory should have is not there.
      const early = produce(log, subject, nameOf(0), [0, 1]);
      await gate.reached;
      const feed = backend.holdFeed();
      expect(await produce(other, subject, nameOf(0), [0, 1])).toBe('accepted');
      await pushOut(other, subject, 1);
      expect((await submit(log, 'meets a conflict', { copies: 'nowhere' })).replayed).toBe(false);
      gate.open();
      await submit(log, 'comes later', { copies: 'nowhere' });
      feed.open();
      expect(await early).toBe('duplicate of 0/1');
    });

    it('is looked for again when memory has moved on since', async () => {
      const { subject, log, backend, gate } = await forgotten();
      const { log: other } = await join();
      const early = produce(log, subject, nameOf(0), [0, 1]);
      await gate.reached;
      // The writer is busy when the answer comes, and for as long as memory needs to forget.
      const busy = backend.holdPublish();
      const publishing = submit(log, 'held', { copies: 'nowhere' });
      await busy.reached;
      gate.open();
      expect(await produce(other, subject, nameOf(0), [0, 1])).toBe('accepted');
      await pushOut(other, subject, 1);
      for (let n = 0; n < 5; n += 1) await submit(other, `elsewhere ${String(n)}`);
      await log.barrier();
      busy.open();
      expect((await publishing).replayed).toBe(false);
      expect(await early).toBe('duplicate of 0/1');
    });

    it('is not looked for as long as the stream never had more than are listed', async () => {
      const subject = freshSubject();
      const index = new FaultyIndex(world().index);
      const { log } = await join({ ...FORGETFUL, index });
      await submit(log, 'open', { copies: 'nowhere' });
      await crowd(log, subject, 32);
      for (let n = 0; n < 32; n += 1) expect(await produce(log, subject, nameOf(n), [0, 1])).toBe('accepted');
      expect(index.asked).toBe(0);
      expect(await produce(log, subject, nameOf(32), [0, 0])).toBe('accepted');
      expect(await produce(log, subject, nameOf(0), [0, 1])).toBe('duplicate of 0/1');
      expect(index.asked).toBeGreaterThan(0);
    });
  });
};
