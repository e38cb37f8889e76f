import { describe, expect, it } from '@jest/globals';
import { KeyReused, LogUnavailable, type Log } from '@app/streams';
import { diaryOn, say, type Answer, type SayOptions } from '../diary.js';
import { FaultyIndex } from '../faulty-index.js';
import type { IndexContract } from './indexed-world.js';
import { failureOf, FORGETFUL } from '../log-contract/contract-context.js';

const LARGE = Buffer.from(JSON.stringify('x'.repeat(1_000_000)));

export const oldUnits = ({ join, freshSubject, subject, submit, world }: IndexContract): void => {
  const keyed = (log: Log, id: string, fingerprint = 'a', options: SayOptions = {}): Promise<Answer> =>
    log.submit(diaryOn(subject()), { ...say(id, options), keyed: true, fingerprint });
  const fill = async (log: Log, count = 5): Promise<void> => {
    for (let n = 0; n < count; n += 1) await submit(log, `fill ${String(n)} ${subject()}`, { copies: 'nowhere' });
  };

  /** The index has everything there is. */
  const caughtUp = async (log: Log): Promise<void> => {
    const end = await log.barrier();
    while ((await world().index.units(subject(), ['nobody'])).position < end);
  };

  describe('a command with a key of the client', () => {
    it('has one effect for ever, and its stream is not read for it', async () => {
      freshSubject();
      const { log } = await join(FORGETFUL);
      const first = await keyed(log, 'key');
      await fill(log, 20);
      const index = new FaultyIndex(world().index);
      const { log: later, backend } = await join({ ...FORGETFUL, index });
      await fill(later);
      await caughtUp(later);
      const read = backend.holdRead('readSubject');
      expect(await keyed(later, 'key')).toEqual({ ...first, replayed: true });
      expect((await keyed(later, 'another')).replayed).toBe(false);
      expect(index.asked).toBeGreaterThanOrEqual(2);
      read.open();
    });

    it('has one effect when it comes twice at once, while the other is being looked for', async () => {
      freshSubject();
      const { log } = await join(FORGETFUL);
      await fill(log);
      const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => keyed(log, n < 5 ? 'x' : 'y')));
      expect(answers.map(({ replayed }) => replayed)).toEqual(answers.map((_, n) => n !== 0 && n !== 5));
      expect((await log.load(diaryOn(subject()))).state.count).toBe(7);
    });

    it('is refused when the same key comes with another request: at once, a moment later, and long after', async () => {
      freshSubject();
      const { log } = await join(FORGETFUL);
      await fill(log, 1);
      const atOnce = await Promise.allSettled(['a', 'b'].map((fingerprint) => keyed(log, 'key', fingerprint)));
      expect(atOnce).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { name: 'KeyReused' } }]);
      expect(await failureOf(keyed(log, 'key', 'b'))).toBeInstanceOf(KeyReused);
      await fill(log);
      expect(await failureOf(keyed(log, 'key', 'b'))).toBeInstanceOf(KeyReused);
      expect((await keyed(log, 'key', 'a')).replayed).toBe(true);
      expect((await log.load(diaryOn(subject()))).state.count).toBe(7);
    });

    it('may be used again for another request when the first was refused', async () => {
      freshSubject();
      const { log } = await join(FORGETFUL);
      await fill(log);
      const refuse: SayOptions = { unless: () => ({ kind: 'refuse', error: new Error('no') }) };
      expect(await failureOf(keyed(log, 'key', 'a', refuse))).toEqual(new Error('no'));
      expect((await keyed(log, 'key', 'b')).replayed).toBe(false);
    });

    it('is looked for on the stream when the index is behind, or away, and the stream is short', async () => {
      freshSubject();
      await world().pause();
      const { log } = await join(FORGETFUL);
      const first = await keyed(log, 'key');
      await fill(log);
      expect(await keyed(log, 'key')).toEqual({ ...first, replayed: true });
      await world().takeAway();
      expect(await keyed(log, 'key')).toEqual({ ...first, replayed: true });
      expect((await keyed(log, 'another')).replayed).toBe(false);
    });

    it('is never guessed about: it has to come back when the index is behind, or away, and the stream is long', async () => {
      freshSubject();
      await world().pause();
      const { log } = await join({ ...FORGETFUL, timing: { indexMs: 200 } });
      for (let n = 0; n < 12; n += 1) await submit(log, `large ${String(n)}`, { body: LARGE, copies: 'nowhere' });
      // Nobody can have sent it before now.
      const first = await keyed(log, 'key', 'a', { since: log.position() });
      await fill(log);
      expect(await failureOf(keyed(log, 'key'))).toBeInstanceOf(LogUnavailable);
      await world().takeAway();
      expect(await failureOf(keyed(log, 'key'))).toBeInstanceOf(LogUnavailable);
      await submit(log, 'nobody else waits', { copies: 'nowhere' });
      await world().bringBack();
      await world().resume();
      while ((await failureOf(keyed(log, 'key'))) instanceof LogUnavailable);
      expect(await keyed(log, 'key')).toEqual({ ...first, replayed: true });
    });
  });
};
