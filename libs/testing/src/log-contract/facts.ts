import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { unitOf } from '../diary.js';
import { drain, type LogContract } from './contract-context.js';

export const facts = ({ join, two }: LogContract): void => {
  describe('facts', () => {
    it('are appended without a guard and come in the order of the log', async () => {
      const [a, b] = await two();
      const waiters = `log.t.s.${randomUUID()}.w`;
      const cursor = b.cursor(await b.barrier());
      const seqs = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 ? a : b).appendFact(waiters, `f${String(n)}`, unitOf({ id: `f${String(n)}`, client: 'f', n }, 0)),
        ),
      );
      const read = await drain(cursor, (messages) => messages.length >= 20);
      expect(read.map(({ seq }) => seq)).toEqual([...seqs].sort((x, y) => Number(x) - Number(y)));
      expect(read.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(Array(20).fill('noted'));
      cursor.close();
    });

    it('whose acknowledgement is lost are found in the log', async () => {
      const { log, backend } = await join({ timing: { resendMs: 1 } });
      const waiters = `log.t.s.${randomUUID()}.w`;
      const before = await log.barrier();
      backend.loseAck();
      expect(await log.appendFact(waiters, 'f', unitOf({ id: 'f', client: 'f', n: 0 }, 0))).toBe(before + 1);
      expect(await log.barrier()).toBe(before + 1);
    });
  });
};
