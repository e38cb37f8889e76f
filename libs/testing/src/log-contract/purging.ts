import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { NotOver, OffsetGone, START, StreamAbsent, type Log } from '@app/streams';
import { diaryOn, readItems, type Answer } from '../diary.js';
import { drain, failureOf, FORGETFUL, ids, PAGE, type LogContract } from './contract-context.js';

export const purging = ({ join, two, freshSubject, submit, subject }: LogContract): void => {
  /** Ends the life of the stream. @returns the tombstone's sequence. */
  const end = async (log: Log): Promise<number> => {
    const { seq } = await submit(log, randomUUID(), {
      copies: 'nowhere',
      unless: () => ({
        kind: 'append',
        units: [{ body: new Uint8Array(0), count: 0, types: [], events: [{ type: 'deleted', data: null }] }],
        next: { count: 0 },
        tombstone: true,
        result: ([committed]) => ({ ...committed, replayed: false }) as Answer,
      }),
    });
    return seq;
  };
  const write = async (log: Log, ...names: readonly string[]): Promise<readonly Answer[]> => {
    const answers: Answer[] = [];
    for (const name of names) answers.push(await submit(log, name, { copies: 'nowhere' }));
    return answers;
  };

  describe('purging', () => {
    it('gives back a life that is over, and nothing else', async () => {
      const [log, other] = [(await join()).log, (await join(FORGETFUL)).log];
      const start = await log.barrier();
      freshSubject();
      const bystander = subject();
      const [kept] = await write(log, 'kept');
      freshSubject();
      const old = await write(log, 'a', 'b', 'c', 'd', 'e');
      const tombstone = await end(log);
      await log.purge(subject(), tombstone);
      await log.purge(subject(), tombstone);
      await other.barrier();
      const cursor = other.cursor(start);
      const read = await drain(cursor, (messages) => (messages.at(-1)?.seq ?? 0) >= tombstone);
      cursor.close();
      const there = read.filter((message) => [bystander, subject()].includes(message.subject)).map(({ seq }) => seq);
      expect(there).toEqual([kept?.seq, tombstone]);
      for (const reader of [log, other]) {
        expect(await failureOf(reader.read(subject(), START, PAGE))).toBeInstanceOf(StreamAbsent);
        expect(await failureOf(reader.read(subject(), old[2]?.offset ?? START, PAGE))).toBeInstanceOf(StreamAbsent);
        expect(ids((await readItems(reader, bystander)).items)).toEqual(['kept']);
      }
    });

    it('leaves the guard: of many who begin the next life one does, and nobody is lost', async () => {
      freshSubject();
      const [a, b] = await two();
      const [old] = await write(a, 'old', 'older');
      await a.purge(subject(), await end(a));
      const names = Array.from({ length: 10 }, (_, n) => `n${String(n)}`);
      const answers = await Promise.all(names.map((name, n) => submit(n % 2 ? a : b, name, { copies: 'nowhere' })));
      expect(new Set(answers.map(({ seq, unit }) => `${String(seq)}.${String(unit)}`)).size).toBe(names.length);
      // Now the tombstone is behind a message that guards, too.
      const { incarnation } = await a.load(diaryOn(subject()));
      await b.purge(subject(), incarnation);
      await Promise.all([write(a, 'x'), write(b, 'y')]);
      const late = (await join(FORGETFUL)).log;
      for (const log of [a, b, late]) {
        const { items } = await readItems(log, subject());
        expect([...ids(items)].sort()).toEqual([...names, 'x', 'y'].sort());
        expect(await failureOf(log.read(subject(), old?.offset ?? START, PAGE))).toBeInstanceOf(OffsetGone);
      }
    });

    it('never takes the newest message', async () => {
      freshSubject();
      const { log } = await join();
      const [, last] = await write(log, 'a', 'b');
      expect(await failureOf(log.purge(subject(), (last?.seq ?? 0) + 1))).toBeInstanceOf(NotOver);
      expect(ids((await readItems(log, subject())).items)).toEqual(['a', 'b']);
    });

    it('tells who is reading a life that it is over, and shows nothing of the next one in its place', async () => {
      freshSubject();
      const writer = (await join()).log;
      const old = await write(writer, 'a', 'b', 'c');
      for (const from of [START, old[1]?.offset ?? START]) {
        const reader = await join(FORGETFUL);
        const [feed, tail] = [reader.backend.holdFeed(), reader.backend.holdRead('last')];
        const reading = readItems(reader.log, subject(), from).catch((error: unknown) => error);
        await tail.reached;
        await end(writer);
        const [next] = await write(writer, 'next');
        await writer.purge(subject(), next?.seq ?? 0);
        tail.open();
        feed.open();
        if (from === START) expect(await reading).toMatchObject({ items: [{ id: 'next' }] });
        else expect(await reading).toBeInstanceOf(OffsetGone);
      }
    });

    it('of barriers leaves the log as it is for everybody', async () => {
      freshSubject();
      const [a, b] = await two();
      await write(a, 'a');
      for (let n = 0; n < 3; n += 1) await b.barrier();
      await a.purgeBarriers();
      const at = await b.barrier();
      expect(await a.barrier()).toBeGreaterThanOrEqual(at);
      await write(b, 'b');
      expect(ids((await readItems(a, subject())).items)).toEqual(['a', 'b']);
    });
  });
};
