import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { START, type LogMessage } from '@app/streams';
import { diaryOn, say } from '../diary.js';
import { PAGE, FORGETFUL, failureOf, drain, type LogContract } from './contract-context.js';

/** Without barriers, which are messages on some logs. */
const ours = (messages: readonly LogMessage[]): readonly LogMessage[] =>
  messages.filter(({ subject }) => subject.startsWith('log.t.'));

export const following = ({ join, two, freshSubject, submit, subject }: LogContract): void => {
  describe('following', () => {
    it('a cursor reads everything from any position, long past or yet to come, each message once', async () => {
      freshSubject();
      const [a, b] = [await join(FORGETFUL), await join()];
      const start = await b.log.barrier();
      const written: number[] = [];
      const write = async (n: number): Promise<void> => {
        for (let i = 0; i < n; i += 1) written.push((await submit(b.log, randomUUID())).seq);
      };
      await write(20);
      await a.log.barrier();
      const positions = [start, written[9] ?? 0, written[18] ?? 0, written[19] ?? 0];
      const cursors = positions.map((position) => a.log.cursor(position));
      const reads = cursors.map((cursor) =>
        drain(cursor, (read) => (read.at(-1)?.seq ?? 0) >= (written[39] ?? Infinity)),
      );
      // A message may come before its acknowledgement: one more shows that the fortieth has been acknowledged.
      await write(21);
      const last = written[39] ?? 0;
      const expected = written.filter((seq) => seq <= last);
      for (const [i, read] of (await Promise.all(reads)).entries()) {
        const sequences = ours(read).map(({ seq }) => seq);
        expect(sequences.filter((seq) => seq <= last)).toEqual(expected.filter((seq) => seq > (positions[i] ?? 0)));
      }
      for (const cursor of cursors) {
        expect(cursor.position).toBeGreaterThanOrEqual(last);
        cursor.close();
      }
    });

    it('a slow cursor misses nothing when the recent messages have gone on without it', async () => {
      freshSubject();
      const { log } = await join(FORGETFUL);
      const cursor = log.cursor(await log.barrier());
      const written: number[] = [];
      const read: number[] = [];
      for (let round = 0; round < 6; round += 1) {
        for (let n = 0; n < round * 2 + 1; n += 1) written.push((await submit(log, randomUUID())).seq);
        read.push(...ours(await cursor.next({ messages: 2, bytes: 1 << 20 })).map(({ seq }) => seq));
      }
      while (read.at(-1) !== written.at(-1))
        read.push(...ours(await cursor.next({ messages: 2, bytes: 1 })).map(({ seq }) => seq));
      expect(read).toEqual(written);
      cursor.close();
    });

    it('a cursor that is closed while it waits comes back empty', async () => {
      const { log } = await join();
      const cursor = log.cursor(await log.barrier());
      const waiting = cursor.next(PAGE);
      cursor.close();
      expect(await waiting).toEqual([]);
    });

    it('a watcher sees each later message of its stream once, and none after it left', async () => {
      const [a, b] = await two();
      freshSubject();
      await submit(a, 'before');
      await b.barrier();
      const seen: (number | undefined)[] = [];
      const leave = b.watch(subject(), (message) => {
        seen.push(message?.seq);
      });
      const written: number[] = [];
      for (let n = 0; n < 10; n += 1) {
        written.push((await submit(a, `n${String(n)}`)).seq);
        await a.submit(diaryOn('log.t.s.other.d'), say(randomUUID()));
      }
      await b.barrier();
      leave();
      await submit(a, 'after');
      await b.barrier();
      expect(seen).toEqual(written);
    });

    it('a listener that fails keeps the message from nobody else', async () => {
      freshSubject();
      const { log } = await join();
      log.watch(subject(), () => {
        throw new Error('defect');
      });
      const seen: number[] = [];
      log.watch(subject(), (message) => seen.push(message?.seq ?? 0));
      const { seq } = await submit(log, 'x');
      await log.barrier();
      expect(seen).toEqual([seq]);
      expect(log.trouble()).toContain('defect');
    });

    it('a message that cannot be read stops whoever must understand it, and nobody else', async () => {
      const { log, backend } = await join();
      freshSubject();
      const bad = subject();
      const position = await log.barrier();
      const seq = await backend.publish(bad, { headers: [['Rv-Format', '9']], payload: Buffer.from('?') }, null);
      expect(await log.barrier()).toBeGreaterThanOrEqual(seq);
      expect(await failureOf(submit(log, 'x'))).toMatchObject({ name: 'UnreadableMessage' });
      expect(await failureOf(log.read(bad, START, PAGE))).toMatchObject({ name: 'UnreadableMessage' });
      freshSubject();
      const good = await submit(log, 'y');
      for (const reader of [log, (await join(FORGETFUL)).log]) {
        const cursor = reader.cursor(position);
        const read = await drain(cursor, (messages) => messages.at(-1)?.seq === good.seq);
        expect(ours(read).map(({ seq, subject: on }) => [seq, on])).toEqual([
          [seq, bad],
          [good.seq, subject()],
        ]);
        expect(() => read.find((message) => message.seq === seq)?.state).toThrow('format 9');
        cursor.close();
      }
    });
  });
};
