import { describe, expect, it } from '@jest/globals';
import { Backpressure, PublishRefused, StateTooLarge } from '@app/streams';
import { diaryOn, readItems, Refused } from '../diary.js';
import { ids, failureOf, type LogContract } from './contract-context.js';

export const limits = ({ join, freshSubject, submit, subject }: LogContract): void => {
  describe('limits', () => {
    it('past its deadline a command fails, and says that nothing was written', async () => {
      freshSubject();
      const { log, backend } = await join();
      await submit(log, 'first');
      const failure = await failureOf(submit(log, 'late', { deadline: Date.now() - 1 }));
      expect(failure).toMatchObject({ name: 'DeadlineExceeded', unknown: false });
      const held = backend.holdPublish();
      const before = submit(log, 'before');
      await held.reached;
      const waiting = failureOf(submit(log, 'waiting', { deadline: Date.now() + 1 }));
      await new Promise((resolve) => setTimeout(resolve, 5));
      held.open();
      await before;
      expect(await waiting).toMatchObject({ name: 'DeadlineExceeded', unknown: false });
      expect(ids((await readItems(log, subject())).items)).toEqual(['first', 'before']);
    });

    it('too many waiting commands are turned away, the others are written', async () => {
      freshSubject();
      const { log, backend } = await join();
      const held = backend.holdPublish();
      const first = submit(log, 'first', { copies: 'nowhere' });
      await held.reached;
      const outcomes = Promise.allSettled(
        Array.from({ length: 10_050 }, (_, n) => submit(log, `n${String(n)}`, { n, items: 0, copies: 'nowhere' })),
      );
      held.open();
      await first;
      const refused = (await outcomes).filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      expect(refused).toHaveLength(50);
      expect(refused[0]?.reason).toBeInstanceOf(Backpressure);
      expect((await log.load(diaryOn(subject()))).state.count).toBe(10_001);
    });

    it('a state that grows too large fails only the command that made it so', async () => {
      freshSubject();
      const { log } = await join();
      await submit(log, 'first', { notes: 'small' });
      const outcomes = await Promise.all([
        failureOf(submit(log, 'a')),
        failureOf(submit(log, 'big', { notes: 'x'.repeat(30_000) })),
        failureOf(submit(log, 'b')),
        failureOf(submit(log, 'c', { unless: () => ({ kind: 'refuse', error: new Refused('no') }) })),
      ]);
      expect(outcomes[1]).toBeInstanceOf(StateTooLarge);
      expect([outcomes[0], outcomes[2]]).toEqual([undefined, undefined]);
      expect(outcomes[3]).toBeInstanceOf(Refused);
      expect(await log.load(diaryOn(subject()))).toMatchObject({ state: { count: 3, notes: 'small' } });
    });

    it('headers that the broker refuses fail alone, also behind a refusal', async () => {
      freshSubject();
      const { log } = await join();
      await submit(log, 'first');
      const outcomes = await Promise.all([
        failureOf(submit(log, 'no', { unless: () => ({ kind: 'refuse', error: new Refused('no') }) })),
        failureOf(submit(log, 'a')),
        failureOf(submit(log, `long${'x'.repeat(70_000)}`)),
        failureOf(submit(log, 'b')),
      ]);
      expect(outcomes[0]).toBeInstanceOf(Refused);
      expect(outcomes[2]).toBeInstanceOf(PublishRefused);
      expect([outcomes[1], outcomes[3]]).toEqual([undefined, undefined]);
      expect(ids((await readItems(log, subject())).items)).toEqual(['first', 'a', 'b']);
    });

    it('large units make large groups, not refused ones', async () => {
      freshSubject();
      const { log, backend } = await join();
      await submit(log, 'first');
      const body = (id: string): Buffer =>
        Buffer.from(JSON.stringify({ id, client: 'c', n: 0, x: 'x'.repeat(700_000) }));
      const before = backend.published;
      const units = Array.from({ length: 8 }, (_, n) => `n${String(n)}`);
      await Promise.all(units.map((id) => submit(log, id, { body: body(id) })));
      expect(ids((await readItems(log, subject())).items)).toEqual(['first', ...units]);
      expect(backend.published - before).toBeLessThanOrEqual(8);
    });
  });
};
