import { describe, expect, it } from '@jest/globals';
import { unitOf } from '../diary.js';
import { failureOf, type LogContract } from './contract-context.js';

export const closing = ({ join, freshSubject, submit }: LogContract): void => {
  describe('closing', () => {
    it('finishes what was submitted before it closes, and takes nothing after', async () => {
      freshSubject();
      const { log, backend } = await join();
      const held = backend.holdPublish();
      const open = submit(log, 'open');
      await held.reached;
      const closing = log.close();
      expect(await failureOf(submit(log, 'late'))).toMatchObject({ name: 'LogUnavailable' });
      expect(
        await failureOf(log.appendFact('log.t.s.late.w', 'late', unitOf({ id: 'l', client: 'l', n: 0 }, 0))),
      ).toMatchObject({ name: 'LogUnavailable' });
      held.open();
      await expect(open).resolves.toMatchObject({ replayed: false });
      await closing;
    });
  });
};
