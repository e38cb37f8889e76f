import { describe, expect, it } from '@jest/globals';
import { count, diaryOn, Refused, say } from '../diary.js';
import { failureOf, type LogContract } from './contract-context.js';

export const confirmedAnswers = ({ join, freshSubject, submit, subject }: LogContract): void => {
  describe('an answer that depends on state', () => {
    it('does not leave before the units it depends on are stored', async () => {
      freshSubject();
      const { log, backend } = await join();
      await submit(log, 'first');
      const held = backend.holdPublish();
      const answered: string[] = [];
      const note =
        (id: string) =>
        (outcome: unknown): void => {
          answered.push(`${id} ${outcome instanceof Error ? outcome.name : 'done'}`);
        };
      const onlyOnce = say('second', {
        unless: ({ state }) =>
          state.count > 1 ? { kind: 'refuse', error: new Refused('there are two already') } : undefined,
      });
      const work = [
        log.submit(diaryOn(subject()), onlyOnce).then(note('second')),
        failureOf(log.submit(diaryOn(subject()), { ...onlyOnce, id: 'third' })).then(note('third')),
        log
          .submit(
            diaryOn(subject()),
            count('look', () => undefined),
          )
          .then(note('look')),
      ];
      await held.reached;
      await log.barrier();
      expect(answered).toEqual([]);
      held.open();
      await Promise.all(work);
      expect([...answered].sort()).toEqual(['look done', 'second done', 'third Refused']);
    });

    it('is given again when the group it depends on loses its race', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      await submit(a.log, 'first');
      const held = a.backend.holdPublish();
      const atMostTwo = (id: string) =>
        say(id, {
          unless: ({ state }) =>
            state.count > 1 ? { kind: 'refuse', error: new Refused(String(state.count)) } : undefined,
        });
      const mine = failureOf(a.log.submit(diaryOn(subject()), atMostTwo('mine')));
      let seen = 0;
      const look = a.log.submit(
        diaryOn(subject()),
        count('look', (n) => (seen = n)),
      );
      await held.reached;
      await submit(b.log, 'other');
      await submit(b.log, 'more');
      held.open();
      expect(String(await mine)).toBe('Refused: 3');
      await look;
      expect(seen).toBe(3);
    });

    it('waits for the feed when that is behind, and then tells the present state', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      await submit(a.log, 'first');
      await a.log.barrier();
      const feed = a.backend.holdFeed();
      await submit(b.log, 'second');
      let seen = 0;
      const look = a.log.submit(
        diaryOn(subject()),
        count('look', (n) => (seen = n)),
      );
      const refusal = failureOf(
        submit(a.log, 'x', {
          unless: ({ state }) => ({ kind: 'refuse', error: new Refused(String(state.count)) }),
        }),
      );
      await new Promise((resolve) => setImmediate(resolve));
      feed.open();
      await look;
      expect(seen).toBe(2);
      expect(String(await refusal)).toBe('Refused: 2');
    });

    it('never comes from a feed that stays behind', async () => {
      freshSubject();
      const [a, b] = [await join({ timing: { barrierMs: 100 } }), await join()];
      await submit(a.log, 'first');
      await a.log.barrier();
      const feed = a.backend.holdFeed();
      await submit(b.log, 'second');
      const refuse = (): { kind: 'refuse'; error: Error } => ({ kind: 'refuse', error: new Refused('no') });
      expect(await failureOf(submit(a.log, 'x', { unless: refuse }))).toMatchObject({ name: 'LogUnavailable' });
      expect(await failureOf(a.log.load(diaryOn(subject())))).toMatchObject({ name: 'LogUnavailable' });
      feed.open();
    });
  });
};
