import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PurgeStep } from '../../processes/purger-process.js';
import { ArmedChild } from '../support/armed-child.js';
import { LEASE_MS, numbers, type PurgeBed } from './purge-bed.js';

const ROUNDS = Number(process.env.PURGE_ROUNDS ?? 1);

export const killedPurgers = (bed: PurgeBed): void => {
  const { projector, stopAll, settled, messagesOf, rowsOf, digests, written } = bed;
  describe('a purging process that is killed', () => {
    const STEPS: readonly PurgeStep[] = [
      'marking',
      'marked',
      'log purged',
      'removing rows',
      'some rows removed',
      'forgetting',
      'forgotten',
    ];
    const prepare = (): Promise<ArmedChild<PurgeStep>> => ArmedChild.prepare('purger-process', bed.servers, LEASE_MS);
    // Loading takes longer than dying: the next one is made ready meanwhile.
    let next: Promise<ArmedChild<PurgeStep>>;
    beforeAll(() => {
      next = prepare();
    });
    afterAll(async () => (await next).kill());
    afterEach(stopAll);

    it.each(STEPS)('while %s leaves work that its successor finds', async (step) => {
      const prefix = `killed-${step.replaceAll(' ', '-')}`;
      for (let round = 0; round < ROUNDS; round += 1) {
        const child = await next;
        next = prepare();
        await child.start();
        const paths = await written(`${prefix}/${String(round)}`, 4, 5);
        child.arm(step);
        await Promise.all(paths.map((path) => bed.streams.remove(path)));
        const [again = ''] = paths;
        await bed.streams.create(again, 'anew');
        expect(await child.death()).toBe('SIGKILL');
        expect(await bed.streams.text(again)).toBe('anew');
        projector();
        await settled();
        await stopAll();
      }
      const counts = await messagesOf(prefix);
      expect([...counts.values()]).toEqual(numbers(4 * ROUNDS).map(() => 1));
      expect(await rowsOf('history', prefix)).toBe(4 * ROUNDS);
    });

    it('leaves rows that a rebuild finds again', async () => {
      projector();
      const { kept, rebuilt } = await digests();
      expect(rebuilt).toEqual(kept);
    });

    it('has others that do its work, each stream by one of them', async () => {
      const children = await Promise.all([prepare(), prepare()]);
      for (const child of children) await child.start();
      const paths = await written('shared', 60, 3);
      await Promise.all(paths.map((path) => bed.streams.remove(path)));
      await settled();
      expect([...(await messagesOf('shared')).values()]).toEqual(paths.map(() => 1));
      expect(await rowsOf('history', 'shared')).toBe(paths.length);
      await Promise.all(children.map((child) => child.kill()));
    });
  });
};
