import { afterEach, describe, expect, it } from '@jest/globals';
import { HistoryStore, PROJECTOR_GROUP } from '@app/read-model';
import { TENANT } from '../../processes/streams-on-log.js';
import { numbers, until, type PurgeBed } from './purge-bed.js';

export const waitingPurges = (bed: PurgeBed): void => {
  const { projector, stopAll, passed, isDue, looked, settled, messagesOf, written } = bed;
  describe('a purge', () => {
    afterEach(stopAll);

    it('waits for every lane that has to see the messages', async () => {
      projector();
      const other = projector('another group');
      const [path = ''] = await written('slow', 1, 5);
      const seen = await bed.log.barrier();
      await until(
        'both groups',
        async () => (await passed('another group', seen)) && (await passed(PROJECTOR_GROUP, seen)),
      );
      await other.stop();
      await bed.streams.remove(path);
      const end = await bed.log.barrier();
      await until('the projector', async () => (await passed(PROJECTOR_GROUP, end)) && (await isDue()));
      await looked();
      expect((await messagesOf('slow')).get(path)).toBe(6);
      projector('another group');
      await settled();
      expect((await messagesOf('slow')).get(path)).toBe(1);
      await stopAll();
      await bed.db.execute(`DELETE FROM lanes WHERE worker_group = 'another group'`);
    });

    it('waits for wakes that are owed because of the messages', async () => {
      const [path = ''] = await written('owed', 1, 5);
      const cause = await bed.log.barrier();
      await bed.db.execute(
        `INSERT INTO saga_outbox (id, lane, tenant, subscriber, source, key, activating_seq, cause_seq, ordinal, content)
       VALUES ('w', 0, $1, '', '', '', 0, $2, 0, '')`,
        [TENANT, cause],
      );
      await bed.streams.remove(path);
      projector();
      await until('what is due', isDue);
      await looked();
      expect((await messagesOf('owed')).get(path)).toBe(6);
      await bed.db.execute('DELETE FROM saga_outbox');
      await settled();
      expect((await messagesOf('owed')).get(path)).toBe(1);
    });

    it('that comes long after all of it finds the last life only', async () => {
      const texts = new Map<string, string>();
      for (const path of numbers(5).map((n) => `late/${String(n)}`))
        for (let life = 0; life < 4; life += 1) {
          texts.set(path, `${path} in life ${String(life)}`);
          await bed.streams.create(path, texts.get(path));
          if (life < 3) await bed.streams.remove(path);
        }
      projector();
      await settled();
      for (const [path, text] of texts) {
        expect(await bed.streams.text(path)).toBe(text);
        const { incarnation } = await bed.streams.writer.load(TENANT, path);
        const page = await new HistoryStore(bed.db).read(TENANT, path, incarnation, 0, {
          messages: 100,
          bytes: 1 << 20,
        });
        expect(page.messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual([text]);
      }
      expect([...(await messagesOf('late')).values()]).toEqual(numbers(5).map(() => 1));
    });
  });
};
