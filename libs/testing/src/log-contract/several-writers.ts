import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '@app/platform/embedded/wait-until.js';
import type { Log } from '@app/streams';
import { AttemptLedger } from '../attempt-ledger.js';
import { diaryOn, readItems, Refused } from '../diary.js';
import { failureOf, ids, type LogContract } from './contract-context.js';

export const severalWriters = ({ join, two, replicated, freshSubject, submit, subject }: LogContract): void => {
  describe('several writers of one stream', () => {
    it('that race write each unit once, in the order of each client', async () => {
      freshSubject();
      const logs = await two();
      const ledger = new AttemptLedger();
      const client = async (log: Log, name: string): Promise<void> => {
        for (let n = 0; n < 40; n += 1) {
          const id = `${name}-${String(n)}`;
          await ledger.attempt(id, () => submit(log, id, { client: name, n, since: log.position() }));
        }
      };
      await Promise.all(logs.flatMap((log, i) => [0, 1, 2].map((c) => client(log, `${String(i)}${String(c)}`))));
      expect(ledger.contradictions((await readItems(logs[0], subject())).items)).toEqual([]);
      expect(ledger.totals).toEqual({ attempted: 240, acknowledged: 240, refused: 0, unknown: 0 });
    });

    it('that take turns never meet an old state', async () => {
      freshSubject();
      const logs = await two();
      for (let n = 0; n < 20; n += 1) {
        const log = logs[n % 2] as Log;
        const expected = n;
        await submit(log, `n${String(n)}`, {
          unless: ({ state }) =>
            state.count === expected
              ? undefined
              : { kind: 'refuse', error: new Refused(`${String(state.count)} is not ${String(expected)}`) },
        });
      }
      expect((await logs[0].load(diaryOn(subject()))).state.count).toBe(20);
    });

    it('create it once: one of many wins, the others are refused', async () => {
      const logs = await two();
      for (let round = 0; round < 10; round += 1) {
        freshSubject();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 10 }, (_, n) =>
            submit(logs[n % 2] as Log, `creator${String(n)}`, {
              unless: ({ exists }) => (exists ? { kind: 'refuse', error: new Refused('exists') } : undefined),
            }),
          ),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect((await readItems(logs[0], subject())).items).toHaveLength(1);
      }
    });

    it('that were overtaken go on with what the feed brought, and look only whose message took the place', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      await submit(b.log, 'first');
      const held = b.backend.holdPublish();
      const slower = submit(b.log, 'slower');
      await held.reached;
      const { seq } = await submit(a.log, 'quicker');
      await b.log.reached(seq);
      const before = b.backend.asked;
      held.open();
      await slower;
      expect(ids((await readItems(a.log, subject())).items)).toEqual(['first', 'quicker', 'slower']);
      // Of several brokers, one that no longer leads may say that a place is taken, so that is looked at: its last, its first.
      expect(b.backend.asked - before).toBeLessThanOrEqual(replicated() ? 2 : 0);
    });

    it('that were overtaken ask the leader when the feed is late', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      const { seq } = await submit(b.log, 'first');
      await b.log.reached(seq);
      const late = b.backend.holdFeed();
      await submit(a.log, 'quicker');
      const before = b.backend.asked;
      const slower = submit(b.log, 'slower');
      expect(await waitUntil(() => b.backend.asked > before || undefined, { withinMs: 20_000 })).toBe(true);
      late.open();
      await slower;
      expect(ids((await readItems(a.log, subject())).items)).toEqual(['first', 'quicker', 'slower']);
    });

    it('find it closed at the same place', async () => {
      const logs = await two();
      freshSubject();
      await submit(logs[0], 'first');
      const ledger = new AttemptLedger();
      const outcomes = Array.from({ length: 40 }, (_, n) => {
        const id = `n${String(n)}`;
        return ledger.attempt(id, () => submit(logs[n % 2] as Log, id, { client: id, n, close: n === 17 }));
      });
      await Promise.all(outcomes);
      await ledger.attempt('first', () => submit(logs[1], 'first'));
      const { items, closed } = await readItems(logs[1], subject());
      expect(ledger.contradictions(items)).toEqual([]);
      expect(closed).toBe(true);
      expect(items.at(-1)?.id).toBe('n17');
      expect(await failureOf(submit(logs[0], 'late'))).toBeInstanceOf(Refused);
      expect(await submit(logs[0], 'n17')).toMatchObject({ replayed: true });
    });
  });
};
