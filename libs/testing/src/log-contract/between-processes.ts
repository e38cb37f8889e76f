import { describe, expect, it } from '@jest/globals';
import { START } from '@app/streams';
import { diaryOn, readItems, say } from '../diary.js';
import { PAGE, FORGETFUL, ids, type LogContract } from './contract-context.js';

export const betweenProcesses = ({ join, two, freshSubject, submit, subject }: LogContract): void => {
  /** Of two processes the first, which remembers one stream at a time, has written and is not told so until it is let. */
  const unacknowledged = async () => {
    const [a, b] = [await join({ tails: { streams: 1 } }), await join()];
    freshSubject();
    await submit(a.log, 'first');
    const held = a.backend.holdAck();
    const own = submit(a.log, 'own');
    await held.reached;
    return { a, b, held, own };
  };

  describe('between processes', () => {
    it('a load and a read see what another process was told is written', async () => {
      freshSubject();
      const logs = await two();
      for (let n = 0; n < 30; n += 1) {
        const [writer, reader] = n % 2 === 0 ? logs : ([logs[1], logs[0]] as const);
        const { offset } = await submit(writer, `n${String(n)}`);
        const [snapshot, slice] = await Promise.all([
          reader.load(diaryOn(subject())),
          reader.read(subject(), START, PAGE),
        ]);
        expect(snapshot).toMatchObject({ exists: true, tail: offset, state: { count: n + 1 } });
        expect(slice.entries).toHaveLength(n + 1);
      }
    });

    it('a load sees what another process wrote while a write of its own is under way', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      await submit(a.log, 'first');
      const held = a.backend.holdPublish();
      const own = submit(a.log, 'own');
      await held.reached;
      await submit(b.log, 'other');
      expect((await a.log.load(diaryOn(subject()))).state.count).toBe(2);
      held.open();
      await own;
      expect(ids((await readItems(b.log, subject())).items)).toEqual(['first', 'other', 'own']);
    });

    it('a load sees a message whose writer still waits for its acknowledgement', async () => {
      freshSubject();
      const a = await join();
      await submit(a.log, 'first');
      const held = a.backend.holdAck();
      const own = submit(a.log, 'own');
      await held.reached;
      expect((await a.log.load(diaryOn(subject()))).state.count).toBe(2);
      held.open();
      await own;
    });

    it('a stream that nobody used for long is loaded as it is now, also when it changes meanwhile', async () => {
      const [a, b] = [await join(FORGETFUL), await join()];
      const streams = Array.from({ length: 8 }, freshSubject);
      for (const stream of streams) await b.log.submit(diaryOn(stream), say('old'));
      for (const stream of streams) {
        const answer = a.backend.holdRead('last');
        const loading = a.log.load(diaryOn(stream));
        await answer.reached;
        const written = await b.log.submit(diaryOn(stream), say('new'));
        await a.log.reached(written.seq);
        answer.open();
        await loading;
        expect((await a.log.load(diaryOn(stream))).seq).toBe(written.seq);
      }
    });

    it('a stream whose tail was forgotten during a write is not taken back by the end of that write', async () => {
      const { a, b, held, own } = await unacknowledged();
      await submit(b.log, 'other');
      await a.log.load(diaryOn('log.t.s.forget.d'));
      expect((await a.log.load(diaryOn(subject()))).state.count).toBe(3);
      held.open();
      await own;
      expect((await a.log.load(diaryOn(subject()))).state.count).toBe(3);
    });

    it('a stream that was forgotten, and written by somebody else, is not taken back by the end of a write', async () => {
      const { a, b, held, own } = await unacknowledged();
      const other = await submit(b.log, 'other');
      await a.log.reached(other.seq);
      await a.log.load(diaryOn('log.t.s.forget.d'));
      held.open();
      await own;
      expect((await a.log.load(diaryOn(subject()))).state.count).toBe(3);
    });

    it('a load since a moment asks nobody once a barrier of that time was passed, and has all from before it', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      await submit(a.log, 'first');
      await b.log.load(diaryOn(subject()));
      const { offset } = await submit(a.log, 'second');
      const since = b.log.moment();
      await b.log.barrier();
      const questions = (): number => b.backend.asked + b.backend.published;
      const before = questions();
      expect(await b.log.load(diaryOn(subject()), since)).toMatchObject({ state: { count: 2 } });
      expect(await b.log.end(subject(), since)).toMatchObject({ tail: offset });
      expect(questions()).toBe(before);
    });

    it('a load since a moment that no barrier has followed takes one', async () => {
      freshSubject();
      const [a, b] = await two();
      await submit(a, 'first');
      await b.load(diaryOn(subject()));
      await b.barrier();
      for (let n = 2; n <= 20; n += 1) {
        await submit(a, `n${String(n)}`);
        const since = b.moment();
        expect((await b.load(diaryOn(subject()), since)).state.count).toBe(n);
      }
    });

    it('a process that started later knows everything', async () => {
      freshSubject();
      const [a] = await two();
      await submit(a, 'before', { notes: { kept: true } });
      await submit(a, 'again');
      const { log } = await join();
      expect(await log.load(diaryOn(subject()))).toMatchObject({ state: { count: 2, notes: { kept: true } } });
      expect(await submit(log, 'before')).toMatchObject({ replayed: true });
      expect(ids((await readItems(log, subject())).items)).toEqual(['before', 'again']);
    });

    it('a barrier covers what others were told is written', async () => {
      freshSubject();
      const [a, b] = await two();
      const { seq } = await submit(a, 'x');
      expect(await b.barrier()).toBeGreaterThanOrEqual(seq);
      expect(b.position()).toBeGreaterThanOrEqual(seq);
      await expect(b.reached(seq)).resolves.toBeUndefined();
      await expect(a.reached(seq + 1_000_000)).rejects.toThrow('behind');
    });
  });
};
