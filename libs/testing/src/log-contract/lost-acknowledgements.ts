import { describe, expect, it } from '@jest/globals';
import { DeadlineExceeded } from '@app/streams';
import { readItems } from '../diary.js';
import { ids, failureOf, type LogContract } from './contract-context.js';

export const lostAcknowledgements = ({ join, freshSubject, submit, subject }: LogContract): void => {
  describe('a lost acknowledgement', () => {
    it('is not an unknown outcome when the message is in the log', async () => {
      freshSubject();
      const { log, backend } = await join({ timing: { resendMs: 5 } });
      await submit(log, 'first');
      backend.loseAck();
      const answers = await Promise.all(['a', 'b', 'c'].map((id) => submit(log, id)));
      expect(answers.map(({ replayed }) => replayed)).toEqual([false, false, false]);
      expect(ids((await readItems(log, subject())).items)).toEqual(['first', 'a', 'b', 'c']);
    });

    it('or a lost message is sent again', async () => {
      freshSubject();
      const { log, backend } = await join({ timing: { resendMs: 5 } });
      backend.loseMessage();
      backend.loseAck();
      await submit(log, 'a');
      expect(ids((await readItems(log, subject())).items)).toEqual(['a']);
    });

    it('of a group is not taken from a message of somebody else that begins with the same command', async () => {
      freshSubject();
      const [a, b] = [await join({ timing: { resendMs: 5 } }), await join()];
      await submit(a.log, 'first');
      a.backend.loseMessage();
      const gate = a.backend.holdPublish();
      const both = Promise.all([submit(a.log, 'shared', { n: 1 }), submit(a.log, 'own', { n: 2 })]);
      await submit(b.log, 'shared', { n: 1 });
      gate.open();
      await both;
      expect(ids((await readItems(b.log, subject())).items)).toEqual(['first', 'shared', 'own']);
    });

    it('followed by silence ends as unknown, and the retry has one effect', async () => {
      freshSubject();
      const { log, backend } = await join({ timing: { resendMs: 1, unknownMs: 1 } });
      await submit(log, 'first');
      const since = log.position();
      for (let i = 0; i < 50; i += 1) backend.loseMessage();
      const failure = await failureOf(submit(log, 'x', { since }));
      expect(failure).toBeInstanceOf(DeadlineExceeded);
      expect((failure as DeadlineExceeded).unknown).toBe(true);
      for (let tries = 0; tries < 50; tries += 1) if (!(await failureOf(submit(log, 'x', { since })))) break;
      expect(ids((await readItems(log, subject())).items)).toEqual(['first', 'x']);
    });
  });
};
