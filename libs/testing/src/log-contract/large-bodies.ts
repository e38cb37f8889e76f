import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { inMemory, START, type Log, type LogMessage, type Offset } from '@app/streams';
import { decodeMessage, type MessageDraft } from '@app/streams/codec/format-v1.js';
import { encodeCommit } from '@app/streams/codec/pieces.js';
import { diaryOn, readItems, say, type Answer, type Said } from '../diary.js';
import { drain, failureOf, FORGETFUL, ids, PAGE, type LogContract } from './contract-context.js';

const MIB = 1024 * 1024;
const BINARY = 'application/octet-stream';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** JSON of one item that no message can hold. */
const largeItem = (id: string): Buffer =>
  Buffer.from(JSON.stringify({ id, client: 'c', n: 0, text: randomBytes(7 * MIB).toString('base64') }));

const hashed = (items: readonly Said[]): readonly string[] =>
  items.map((item) => digest(Buffer.from(JSON.stringify(item))));

export const largeBodies = ({ join, two, freshSubject, submit, subject }: LogContract): void => {
  /** What a broker that died in the middle of a commit of several messages leaves of it. */
  const leaveBehind = async (log: Log, publish: (draft: MessageDraft) => Promise<number>): Promise<void> => {
    const { seq: prev, exists, incarnation, tail } = await log.load(diaryOn(subject()));
    const state = {
      incarnation: exists ? incarnation : 0,
      contentType: 'application/json',
      closed: false,
      tail,
      producers: [],
      hot: exists ? { count: 1 } : null,
      coldAt: 'none',
    } as const;
    for (const index of [1, 2])
      await publish({
        kind: 'piece',
        piece: { index, total: 3 },
        prev,
        units: [],
        events: [],
        types: [],
        state: { ...state, ...(!exists && { incarnation: 1 - index }) },
        payload: Buffer.from('[{"never":'),
      });
  };

  const expectWhole = async (logs: readonly Log[], expected: readonly string[], from: Offset): Promise<void> => {
    for (const log of logs) expect(hashed((await readItems(log, subject(), from)).items)).toEqual(expected);
  };

  describe('a body over one message', () => {
    it('is one entry among others, whoever reads it from where', async () => {
      freshSubject();
      const [writer, forgetful] = [await join(), await join(FORGETFUL)];
      const body = largeItem('large');
      const before = await submit(writer.log, 'before');
      const published = writer.backend.published;
      const answers = await Promise.all([
        submit(writer.log, 'with'),
        submit(writer.log, 'large', { body }),
        submit(writer.log, 'after'),
      ]);
      const large = answers[1];
      expect(new Set(answers.map(({ seq }) => seq)).size).toBe(3);
      expect(writer.backend.published - published).toBe(3);
      expect(large.offset).toEqual({ seq: large.seq, pos: 0 });
      const logs = [writer.log, forgetful.log, (await join()).log];
      const all = hashed(
        ['before', 'with', 'large', 'after'].map((id) =>
          id === 'large' ? (JSON.parse(body.toString()) as Said) : { id, client: 'c', n: 0 },
        ),
      );
      for (const [index, from] of [START, before.offset, ...answers.map(({ offset }) => offset)].entries())
        await expectWhole(logs, all.slice(index), from);
      // A subscriber may come with the sequence of any piece.
      await expectWhole(logs, all.slice(2), { seq: large.seq - 1, pos: 0 });
    }, 60_000);

    it('may be bytes, create a stream and close it', async () => {
      freshSubject();
      const [{ log }, other] = [await join(), await join(FORGETFUL)];
      const bodies = [randomBytes(9 * MIB), Buffer.from('small'), randomBytes(8 * MIB + 3)] as const;
      const options = { contentType: BINARY } as const;
      const first = await submit(log, 'create', { ...options, body: bodies[0] });
      await submit(other.log, 'small', { ...options, body: bodies[1] });
      await submit(other.log, 'close', { ...options, body: bodies[2], close: true });
      for (const reader of [log, other.log]) {
        const read: Uint8Array[] = [];
        let closed = false;
        for (let at = START; !closed;) {
          const slice = await reader.read(subject(), at, PAGE);
          for (const entry of slice.entries) read.push(entry.body);
          if (slice.large) read.push((await inMemory(slice.large)).body);
          ({ next: at, closed } = slice);
        }
        expect(read.map(digest)).toEqual(bodies.map(digest));
      }
      const { incarnation } = await (await join()).log.load(diaryOn(subject()));
      expect(incarnation).toBe(first.seq - 9 + 1);
    }, 60_000);

    it('has one effect, whatever is lost on the way and whoever sends it again', async () => {
      freshSubject();
      const { log, backend } = await join({ timing: { resendMs: 5 } });
      const first = await submit(log, 'first');
      const since = first.seq;
      const body = largeItem('large');
      backend.loseMessage();
      backend.loseAck();
      const answer = await submit(log, 'large', { body, since });
      expect(answer.replayed).toBe(false);
      for (const again of [log, (await join(FORGETFUL)).log])
        expect(await submit(again, 'large', { body, since })).toEqual({ ...answer, replayed: true });
      expect(ids((await readItems(log, subject())).items)).toEqual(['first', 'large']);
    }, 60_000);

    it('is decided again when somebody else was faster, and found when two had it', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      await submit(a.log, 'first');
      const body = largeItem('large');
      const gate = a.backend.holdPublish();
      const mine = submit(a.log, 'large', { body });
      await gate.reached;
      await submit(b.log, 'other');
      gate.open();
      await mine;
      const since = a.log.position();
      const both = await Promise.all(
        [a, b].map(({ log }) => submit(log, 'twice', { body: largeItem('twice'), since })),
      );
      expect(both[0]?.offset).toEqual(both[1]?.offset);
      expect(ids((await readItems(b.log, subject())).items)).toEqual(['first', 'other', 'large', 'twice']);
    }, 60_000);

    it('comes to followers in pieces, of which the last has it all', async () => {
      freshSubject();
      const [a, b] = await two();
      const cursor = b.cursor(await b.barrier());
      const body = largeItem('large');
      const { seq } = await submit(a, 'large', { body });
      const messages: LogMessage[] = await drain(cursor, (read) => read.at(-1)?.seq === seq);
      const last = messages.at(-1);
      if (!last) throw new Error('nothing came');
      expect(messages.map(({ kind }) => kind)).toEqual(messages.map(() => 'piece'));
      expect(messages.flatMap(({ units }) => units.map(({ id }) => id))).toEqual(['large']);
      expect(messages.flatMap((message) => b.entries(message))).toEqual([]);
      expect(messages.slice(0, -1).map((message) => b.large(message))).toEqual(
        messages.slice(0, -1).map(() => undefined),
      );
      const entry = b.large(last);
      if (!entry) throw new Error('the last piece is no entry');
      expect(digest((await inMemory(entry)).body)).toBe(digest(body));
      cursor.close();
    }, 60_000);

    it.each([
      ['a stream', 1],
      ['nothing', 0],
    ])(
      'that a dying broker stored half, after %s, is not there, and others go on behind it',
      async (_what, existing) => {
        freshSubject();
        const { log, backend } = await join();
        const said: Answer[] = [];
        for (let n = 0; n < existing; n += 1) said.push(await submit(log, `n${String(n)}`));
        await leaveBehind(log, (draft) =>
          backend.publish(
            subject(),
            encodeCommit({ message: draft, content: [draft.payload], before: () => draft.state, born: false })[0],
            null,
          ),
        );
        await log.barrier();
        for (const member of [log, (await join()).log, (await join(FORGETFUL)).log]) {
          expect(await member.load(diaryOn(subject()))).toMatchObject({
            exists: existing > 0,
            state: { count: existing },
          });
          if (existing > 0)
            expect(await member.read(subject(), said[0]?.offset ?? START, PAGE)).toMatchObject({
              entries: [],
              upToDate: true,
            });
          else expect(await failureOf(member.read(subject(), START, PAGE))).toMatchObject({ name: 'StreamAbsent' });
        }
        const body = largeItem('large');
        await submit((await join(FORGETFUL)).log, 'behind');
        await log.submit(diaryOn(subject()), say('large', { body }));
        for (const member of [log, (await join(FORGETFUL)).log]) {
          const { items } = await readItems(member, subject());
          expect(ids(items)).toEqual([...said.map((_, n) => `n${String(n)}`), 'behind', 'large']);
        }
        const stored = await backend.readSubject(subject(), 1, { messages: 100, bytes: 4 * MIB });
        expect(stored.map((raw) => decodeMessage(raw).kind).filter((kind) => kind === 'piece').length).toBeGreaterThan(
          2,
        );
      },
      60_000,
    );
  });
};
