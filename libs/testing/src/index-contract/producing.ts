import { randomUUID } from 'node:crypto';
import { decideAppend } from '@app/domain';
import { LogUnavailable, type Command, type Log, type Producer } from '@app/streams';
import { diaryOn, unitOf, type Diary } from '../diary.js';

type Verdict = ReturnType<typeof decideAppend>;

/** What a producer is told, in a word. */
export const told = (verdict: Verdict): string => {
  switch (verdict.kind) {
    case 'accept':
      return 'accepted';
    case 'duplicate':
      return `duplicate of ${String(verdict.epoch)}/${String(verdict.seq)}`;
    case 'already-closed':
      return 'already closed';
    case 'refuse': {
      const { refusal } = verdict;
      if (refusal.reason === 'sequence-gap') return `gap, expected ${String(refusal.expected)}`;
      return refusal.reason === 'stale-epoch' ? `stale, epoch is ${String(refusal.current)}` : refusal.reason;
    }
  }
};

export const textOf = ({ id, epoch, seq }: Producer): string => `${id}/${String(epoch)}/${String(seq)}`;

/** A request of a producer under the rules of the protocol; its item names the triple. */
const request = (producer: Producer, body: Uint8Array | undefined): Command<Diary, string> => ({
  id: randomUUID(),
  since: 0,
  deadline: Date.now() + 30_000,
  copies: 'nowhere',
  producer: producer.id,
  decide: (view) => {
    const verdict = decideAppend(view, { hasBody: true, contentType: 'application/json', producer });
    if (verdict.kind !== 'accept') return { kind: 'nothing', result: () => told(verdict) };
    const unit = unitOf({ id: textOf(producer), client: producer.id, n: producer.seq });
    return {
      kind: 'append',
      units: [{ ...unit, ...(body && { body }), producer }],
      next: { ...view.state, count: view.state.count + 1 },
      result: () => told(verdict),
    };
  },
  replay: () => 'replayed',
});

export const produce = (
  log: Log,
  subject: string,
  id: string,
  [epoch, seq]: readonly [epoch: number, seq: number],
  body?: Uint8Array,
): Promise<string> => log.submit(diaryOn(subject), request({ id, epoch, seq }, body));

/** Like `produce`; `unavailable` when nobody could find out. */
export const tryToProduce = async (...args: Parameters<typeof produce>): Promise<string> => {
  try {
    return await produce(...args);
  } catch (error) {
    if (error instanceof LogUnavailable) return 'unavailable';
    throw error;
  }
};

export const nameOf = (n: number): string => `p${String(n)}`;

/** So many producers, each with its first request; more than the state of a stream lists. */
export const crowd = async (log: Log, subject: string, count = 100): Promise<void> => {
  const answers = await Promise.all(Array.from({ length: count }, (_, n) => produce(log, subject, nameOf(n), [0, 0])));
  if (answers.some((answer) => answer !== 'accepted')) throw new Error(`not all were accepted: ${answers.join()}`);
};

/** After a `crowd`: so many others write that the first of it is not listed. */
export const pushOut = async (log: Log, subject: string, seq: number): Promise<void> => {
  await Promise.all(Array.from({ length: 40 }, (_, n) => produce(log, subject, nameOf(n + 1), [0, seq])));
};
