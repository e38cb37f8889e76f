import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Aggregate, Command, Json, Log, Replayed, StreamView } from '@app/streams';
import { Refused } from '../diary.js';
import { FORGETFUL, failureOf, type LogContract, type Member } from './contract-context.js';

/** An aggregate whose answers need what was before: numbers, and how often it was asked to add one. */
interface Tally {
  readonly sum: number;
  readonly notes?: Json;
}

const tally: Aggregate<Tally> = {
  initial: { sum: 0 },
  snapshot: ({ sum, notes }) => ({ hot: { sum }, ...(notes !== undefined && { cold: notes }) }),
  restore: ({ hot, cold }) => ({
    sum: (hot as { readonly sum: number }).sum,
    ...(cold !== undefined && { notes: cold }),
  }),
  evolve: (state, { data }) => ({ ...state, sum: state.sum + Number(data) }),
};

interface Added {
  readonly before: number;
  readonly after: number;
  readonly notes: Json | undefined;
  readonly producers: number;
  readonly existed: boolean;
  readonly seq: number;
}

interface Order {
  readonly by?: number;
  readonly since: number;
  readonly copies?: Command<Tally, Added>['copies'];
  /** Refused when the sum is there already. */
  readonly limit?: number;
  readonly notes?: Json;
}

const FAR = 8_640_000_000_000_000;

const add = (id: string, { by = 1, since, copies = 'elsewhere', limit = Infinity, notes }: Order) => {
  const told = ({ state, producers, exists }: StreamView<Tally>, seq: number): Added => ({
    before: state.sum,
    after: state.sum + by,
    notes: state.notes,
    producers: producers.length,
    existed: exists,
    seq,
  });
  const command: Command<Tally, Added> = {
    id,
    since,
    deadline: FAR,
    copies,
    decide: (view) =>
      view.state.sum >= limit
        ? { kind: 'refuse', error: new Refused(`${String(view.state.sum)} is enough`) }
        : {
            kind: 'append',
            units: [
              {
                body: new Uint8Array(),
                count: 0,
                types: [],
                events: [{ type: 'added', data: by }],
                producer: { id, epoch: 0, seq: 0 },
              },
            ],
            next: { ...view.state, sum: view.state.sum + by, ...(notes !== undefined && { notes }) },
            contentType: 'application/json',
            result: ([committed]) => told(view, committed?.seq ?? 0),
          },
    replay: async ({ before, message }: Replayed<Tally>) => told(await before(), message.seq),
  };
  return command;
};

export const copies = ({ join, freshSubject, subject }: LogContract): void => {
  const stream = () => ({ subject: subject(), aggregate: tally });
  const sumOf = async (log: Log): Promise<number> => (await log.load(stream())).state.sum;
  const submit = ({ log }: Member, id: string, order: Order): Promise<Added> => log.submit(stream(), add(id, order));

  describe('a command that two processes were given', () => {
    it('has one effect and one answer, whoever is first and by how much', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      let expected = 0;
      for (let n = 0; n < 24; n += 1) {
        const [first, second] = n % 2 === 0 ? [a, b] : [b, a];
        const id = `x${String(n)}`;
        const order = { since: await first.log.barrier(), by: n + 1 };
        const held = [undefined, 'holdPublish', 'holdAck'] as const;
        const gate = held[n % 3] && first.backend[held[n % 3] ?? 'holdPublish']();
        const early = submit(first, id, order);
        await gate?.reached;
        // The one in front of the gate is overtaken, or was stored and does not know it yet.
        const late = gate || n % 4 === 0 ? await submit(second, id, order) : undefined;
        gate?.open();
        const answers = [await early, late ?? (await submit(second, id, order))];
        expect(answers[0]).toEqual(answers[1]);
        expect(answers[0]).toMatchObject({ before: expected, after: expected + n + 1 });
        expected += n + 1;
      }
      expect(await sumOf(b.log)).toBe(expected);
    });

    it('has one effect for each of many in common groups, in whatever order they come', async () => {
      freshSubject();
      const members = [await join(), await join()] as const;
      for (let round = 0; round < 4; round += 1) {
        const since = await members[0].log.barrier();
        const names = Array.from({ length: 40 }, (_, n) => `r${String(round)}n${String(n)}`);
        const [here, there] = await Promise.all(
          members.map((member, i) => {
            const order = i === 0 ? names : [...names].reverse();
            return Promise.all(order.map(async (id) => [id, await submit(member, id, { since })] as const));
          }),
        );
        expect(new Map(here)).toEqual(new Map(there));
        expect(await sumOf(members[1].log)).toBe(40 * (round + 1));
      }
    });

    it('is answered with what it was decided on, wherever its unit is and whatever came since', async () => {
      freshSubject();
      const writer = await join();
      await submit(writer, 'first', { since: 0, notes: { page: 'one' } });
      const since = await writer.log.barrier();
      const ids = ['a', 'b', 'c', 'd'];
      const answers = await Promise.all(
        ids.map((id, n) => submit(writer, id, { since, by: n + 1, ...(n === 1 && { notes: { page: 'two' } }) })),
      );
      for (let n = 0; n < 8; n += 1) await submit(writer, `later${String(n)}`, { since });
      for (const options of [{}, FORGETFUL]) {
        const late = await join(options);
        const again = await Promise.all(ids.map((id, n) => submit(late, id, { since, by: n + 1 })));
        expect(again.map(({ notes: _, ...rest }) => rest)).toEqual(answers.map(({ notes: _, ...rest }) => rest));
        expect(again[0]).toEqual(answers[0]);
        expect(again.map(({ producers }) => producers)).toEqual([1, 2, 3, 4]);
      }
    });

    it('that created the stream is answered as if it were not there yet', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      const since = await a.log.barrier();
      const created = await Promise.all([submit(a, 'x', { since }), submit(a, 'y', { since })]);
      expect(created.map(({ existed, before }) => ({ existed, before }))).toEqual([
        { existed: false, before: 0 },
        { existed: true, before: 1 },
      ]);
      expect(await Promise.all([submit(b, 'x', { since }), submit(b, 'y', { since })])).toEqual(created);
    });

    it('is not refused by the one because of what it did through the other', async () => {
      freshSubject();
      const [a, b] = [await join(), await join()];
      const order = { since: await a.log.barrier(), limit: 1 };
      expect(await submit(a, 'x', order)).toEqual(await submit(b, 'x', order));
      expect(await failureOf(submit(b, 'y', order))).toBeInstanceOf(Refused);
    });
  });

  describe('a command that may be elsewhere', () => {
    it('does not wait for the feed on a stream that only this process writes', async () => {
      freshSubject();
      const owner = await join();
      const since = await owner.log.barrier();
      await submit(owner, 'first', { since });
      const gate = owner.backend.holdFeed();
      for (let n = 0; n < 5; n += 1) await submit(owner, randomUUID(), { since });
      expect(owner.log.position()).toBeLessThanOrEqual(since + 1);
      gate.open();
      expect(await sumOf(owner.log)).toBe(6);
    });

    it('is looked for in what somebody else wrote, also when the owner wrote since', async () => {
      freshSubject();
      const [owner, other] = [await join(), await join()];
      const since = await owner.log.barrier();
      await submit(owner, 'first', { since });
      const foreign = await submit(other, 'x', { since });
      await submit(owner, 'more', { since });
      await submit(owner, 'and more', { since });
      expect(await submit(owner, 'x', { since })).toEqual(foreign);
      expect(await sumOf(owner.log)).toBe(4);
    });
  });
};
