import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OffsetGone, START, StreamAbsent, type Offset } from '@app/streams';
import { diaryOn, readItems, readItemsOrNone } from '../diary.js';
import { PAGE, FORGETFUL, ids, failureOf, type LogContract } from './contract-context.js';

export const reading = ({ join, freshSubject, submit, subject }: LogContract): void => {
  describe('reading', () => {
    it('goes on at any offset ever returned without a gap or a repetition', async () => {
      const writer = await join();
      const readers = [writer.log, (await join(FORGETFUL)).log, (await join()).log];
      const sizes = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }), {
        minLength: 1,
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(
          sizes,
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 120 }),
          async (groups, messages, bytes) => {
            freshSubject();
            const offsets: Offset[] = [START];
            const expected: string[] = [];
            const after = new Map<string, number>([['0_0', 0]]);
            const key = ({ seq, pos }: Offset): string => `${String(seq)}_${String(pos)}`;
            for (const [g, group] of groups.entries()) {
              const answers = await Promise.all(
                group.map((items, u) => submit(writer.log, `${String(g)}.${String(u)}x`, { items, copies: 'nowhere' })),
              );
              for (const [u, { offset }] of answers.entries()) {
                for (let i = 0; i < (group[u] ?? 0); i += 1) expected.push(`${String(g)}.${String(u)}x`);
                offsets.push(offset);
                after.set(key(offset), expected.length);
              }
            }
            for (const log of readers)
              for (const from of offsets) {
                const { items, next } = await readItems(log, subject(), from, { messages, bytes });
                expect(ids(items)).toEqual(expected.slice(after.get(key(from))));
                expect(next).toEqual(offsets.at(-1));
              }
          },
        ),
        { numRuns: 12 },
      );
    }, 30_000);

    it('tells an absent stream from an empty one', async () => {
      freshSubject();
      const { log } = await join();
      expect(await failureOf(log.read(subject(), START, PAGE))).toBeInstanceOf(StreamAbsent);
      expect(await readItemsOrNone(log, subject())).toEqual([]);
      expect(await log.load(diaryOn(subject()))).toMatchObject({ exists: false, seq: 0, incarnation: 0 });
    });

    it('refuses an offset of an earlier life', async () => {
      const { log } = await join();
      freshSubject();
      const { offset } = await submit(log, 'elsewhere');
      freshSubject();
      await submit(log, 'here');
      expect(await failureOf(log.read(subject(), offset, PAGE))).toBeInstanceOf(OffsetGone);
    });
  });
};
