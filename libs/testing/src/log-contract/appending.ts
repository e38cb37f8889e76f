import { describe, expect, it } from '@jest/globals';
import { compareOffsets, START, type Offset } from '@app/streams';
import { diaryOn, readItems, type Answer } from '../diary.js';
import { PAGE, type LogContract } from './contract-context.js';

export const appending = ({ join, freshSubject, submit, subject }: LogContract): void => {
  describe('appending', () => {
    it('resolves to offsets that a reader sees in that order', async () => {
      freshSubject();
      const { log } = await join();
      const answers: Answer[] = [];
      for (const id of ['a', 'b', 'c']) answers.push(await submit(log, id));
      const { entries, next, upToDate } = await log.read(subject(), START, PAGE);
      expect(entries.map(({ offset }) => offset)).toEqual(answers.map(({ offset }) => offset));
      expect(next).toEqual(answers.at(-1)?.offset);
      expect(upToDate).toBe(true);
    });

    it('keeps the order of every client inside a group and across groups, in fewer messages than requests', async () => {
      freshSubject();
      const { log } = await join();
      const clients = ['x', 'y', 'z'];
      const answers = await Promise.all(
        Array.from({ length: 600 }, (_, n) => {
          const client = clients[n % 3] ?? '';
          return submit(log, `${client}${String(n)}`, { client, n, copies: 'nowhere' });
        }),
      );
      const { items } = await readItems(log, subject());
      expect(items).toHaveLength(600);
      for (const client of clients) {
        const numbers = items.filter((item) => item.client === client).map(({ n }) => n);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
      expect(new Set(answers.map(({ seq }) => seq)).size).toBeLessThan(20);
    });

    it('gives every unit of a group an offset between those of its neighbours', async () => {
      freshSubject();
      const { log } = await join();
      await submit(log, 'first');
      const answers = await Promise.all([2, 0, 3, 1, 0].map((items, i) => submit(log, `u${String(i)}`, { items })));
      const [a, control, b, c, last] = answers.map(({ offset }) => offset) as [Offset, Offset, Offset, Offset, Offset];
      expect(new Set(answers.map(({ seq }) => seq)).size).toBe(1);
      expect(compareOffsets(a, b)).toBeLessThan(0);
      expect(compareOffsets(b, c)).toBeLessThan(0);
      expect([control, last]).toEqual([a, c]);
      const { entries } = await log.read(subject(), START, PAGE);
      expect(entries.slice(1).map(({ offset }) => offset)).toEqual([a, b, c]);
    });

    it('lets a unit without public items move no offset and wake no reader position', async () => {
      freshSubject();
      const { log } = await join();
      const { offset } = await submit(log, 'public');
      const control = await submit(log, 'control', { items: 0 });
      expect(control.offset).toEqual(offset);
      expect(control.seq).toBeGreaterThan(offset.seq);
      expect(await log.load(diaryOn(subject()))).toMatchObject({ tail: offset, seq: control.seq, state: { count: 2 } });
      expect((await log.read(subject(), offset, PAGE)).entries).toEqual([]);
      const next = await submit(log, 'next');
      expect((await readItems(log, subject(), offset)).items).toMatchObject([{ id: 'next' }]);
      expect(compareOffsets(next.offset, offset)).toBeGreaterThan(0);
    });

    it('starts an empty stream at the offset zero', async () => {
      freshSubject();
      const { log } = await join();
      expect((await submit(log, 'created', { items: 0 })).offset).toEqual(START);
      expect(await log.read(subject(), START, PAGE)).toMatchObject({ entries: [], next: START, upToDate: true });
    });

    it('keeps binary units byte by byte', async () => {
      freshSubject();
      const { log } = await join();
      const contentType = 'application/octet-stream';
      const bodies = [[0, 255, 44], [91], [], [10, 13, 0]].map((bytes) => Buffer.from(bytes));
      await submit(log, 'first', { contentType, body: Buffer.from([1]) });
      const answers = await Promise.all(bodies.map((body, i) => submit(log, `b${String(i)}`, { contentType, body })));
      const { entries } = await log.read(subject(), START, PAGE);
      expect(Buffer.concat(entries.map(({ body }) => body))).toEqual(Buffer.concat([Buffer.from([1]), ...bodies]));
      const rest = await log.read(subject(), answers[1]?.offset ?? START, PAGE);
      expect(Buffer.concat(rest.entries.map(({ body }) => body))).toEqual(bodies[3]);
    });
  });
};
