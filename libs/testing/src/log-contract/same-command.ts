import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { diaryOn, readItems, say, type Answer } from '../diary.js';
import { FORGETFUL, ids, type LogContract } from './contract-context.js';

export const sameCommand = ({ join, two, freshSubject, submit, subject }: LogContract): void => {
  describe('the same command', () => {
    it('has one effect when two writers get it at once, and both give the same answer', async () => {
      freshSubject();
      const [a, b] = await two();
      const twice: string[] = [];
      for (let n = 0; n < 30; n += 1) {
        const id = `n${String(n)}`;
        twice.push(id);
        const since = await a.barrier();
        const [one, other] = await Promise.all([submit(a, id, { since }), submit(b, id, { since })]);
        expect([one.offset, one.seq]).toEqual([other.offset, other.seq]);
      }
      expect(ids((await readItems(b, subject())).items)).toEqual(twice);
    });

    it('has one effect when one writer gets it twice at once', async () => {
      freshSubject();
      const { log } = await join();
      await submit(log, 'first');
      const answers = await Promise.all(['x', 'x', 'y', 'x', 'y'].map((id) => submit(log, id)));
      expect(answers.map(({ replayed }) => replayed)).toEqual([false, true, false, true, true]);
      expect(ids((await readItems(log, subject())).items)).toEqual(['first', 'x', 'y']);
    });

    it('has one effect when it comes while its stream is searched for another', async () => {
      freshSubject();
      const a = await join(FORGETFUL);
      const b = await join();
      for (const id of ['x', 'y', 'z']) await submit(b.log, id);
      for (let n = 0; n < 5; n += 1) await b.log.submit(diaryOn('log.t.s.elsewhere.d'), say(randomUUID()));
      await a.log.barrier();
      const search = a.backend.holdRead('readSubject');
      const early = submit(a.log, 'x');
      await search.reached;
      const late = Array.from({ length: 20 }, () => submit(a.log, 'y'));
      search.open();
      expect((await Promise.all([early, ...late])).every(({ replayed }) => replayed)).toBe(true);
      expect(ids((await readItems(b.log, subject())).items)).toEqual(['x', 'y', 'z']);
    });

    it('has one effect long after, when nothing in memory remembers it', async () => {
      const { log } = await join(FORGETFUL);
      freshSubject();
      const first = await submit(log, 'early', { since: log.position() });
      for (let n = 0; n < 10; n += 1) await submit(log, `n${String(n)}`);
      const again = await submit(log, 'early', { since: first.seq - 1 });
      expect(again).toEqual({ ...first, replayed: true });
      expect((await log.load(diaryOn(subject()))).state.count).toBe(11);
    });

    it('is answered with the very offset of the first answer, wherever its unit is', async () => {
      freshSubject();
      const { log } = await join();
      const shape = [0, 2, 0, 1];
      for (let group = 0; group < 3; group += 1) {
        const say = (i: number): Promise<Answer> =>
          submit(log, `g${String(group)}u${String(i)}`, { items: shape[(i + group) % 4] });
        const first = await Promise.all(shape.map((_, i) => say(i)));
        const again = await Promise.all(shape.map((_, i) => say(i)));
        expect(again).toEqual(first.map((answer) => ({ ...answer, replayed: true })));
      }
    });

    it('may have an effect on each of several streams', async () => {
      const { log } = await join();
      const streams = [freshSubject(), freshSubject(), freshSubject()];
      const answers = [];
      for (const stream of [...streams, ...streams]) answers.push(await log.submit(diaryOn(stream), say('effect')));
      expect(answers.map(({ replayed }) => replayed)).toEqual([false, false, false, true, true, true]);
    });
  });
};
