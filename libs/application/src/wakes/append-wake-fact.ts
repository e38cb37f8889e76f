import { randomUUID } from 'node:crypto';
import type { WakeFact } from '@app/domain';
import type { Clock } from '@app/platform';
import type { Aggregate, Log, UnitDraft } from '@app/streams';
import { noteReplayed, noteWritten, type Attempt } from '../kernel/attempt.js';
import { logCommand, stamp } from '../kernel/stamp.js';

const factOf = ({ type, data }: WakeFact): UnitDraft => ({
  body: new Uint8Array(),
  count: 0,
  types: [],
  events: [{ type, data: { ...data } }],
});

/** `subject`: the waiters of the source. Facts fold to the same when written twice, so nothing guards them. */
export const appendWakeFact = (log: Log, subject: string, fact: WakeFact): Promise<number> =>
  log.appendFact(subject, randomUUID(), factOf(fact));

// The waiters of a stream are nothing but facts.
const waiters: Aggregate<null> = { initial: null, snapshot: () => ({ hot: null }), restore: () => null };

/**
 * What a client asked for. With a key it is written once, for ever: the same fact again, after the opposite one, would not
 * fold to the same.
 */
export const appendAskedFact = async (
  { log, clock }: { readonly log: Log; readonly clock: Clock },
  subject: string,
  fact: WakeFact,
  attempt: Attempt | undefined,
): Promise<void> => {
  if (!attempt?.key) {
    noteWritten(attempt, await appendWakeFact(log, subject, fact));
    return;
  }
  await log.submit<null, void>(
    { subject, aggregate: waiters },
    logCommand(stamp(log, clock, attempt), {
      decide: ({ exists }) => ({
        kind: 'append',
        units: [factOf(fact)],
        next: null,
        ...(exists ? {} : { contentType: 'application/json' }),
        result: ([committed]) => {
          noteWritten(attempt, committed?.seq);
        },
      }),
      replay: ({ message }) => {
        noteReplayed(attempt, message.seq);
      },
    }),
  );
};
