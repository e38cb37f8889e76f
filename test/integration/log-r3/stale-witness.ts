import { randomUUID } from 'node:crypto';
import { LogUnavailable, type Log } from '@app/streams';
import { diaryOn, Refused, say } from '@app/testing/diary.js';
import { delay, FAR } from './r3-bed.js';

/** Holds every answer that says something of the state of a stream against what was acknowledged before it was asked for. */
export class StaleWitness {
  readonly stale: string[] = [];
  readonly answered = { answers: 0, unavailable: 0 };
  /** Highest number of units that somebody was told are on the stream. */
  acknowledged = 0;
  private readonly subject = `log.t.s.${randomUUID()}.d`;

  /** Writes units one by one and remembers how many are certain to be there. */
  async grow(log: Log, done: () => boolean): Promise<void> {
    while (!done()) {
      await log
        .submit(diaryOn(this.subject), say(randomUUID(), { since: log.position(), deadline: FAR }))
        .then(() => (this.acknowledged += 1))
        .catch(() => delay(20));
      await delay(2);
    }
  }

  /** Asks in every way that promises the present state, and notes every answer that is older than what was told before. */
  async watch(log: Log, done: () => boolean): Promise<void> {
    const { subject, stale, answered } = this;
    const asks: Record<string, () => Promise<number>> = {
      load: async () => (await log.load(diaryOn(subject))).state.count,
      read: async () => {
        const { entries, upToDate } = await log.read(
          subject,
          { seq: 0, pos: 0 },
          { messages: 100_000, bytes: 64 << 20 },
        );
        return upToDate ? entries.length : Infinity;
      },
      refusal: async () => {
        const refuse = say(randomUUID(), {
          copies: 'nowhere',
          unless: ({ state }) => ({ kind: 'refuse', error: new Refused(String(state.count)) }),
        });
        const failure: unknown = await log.submit(diaryOn(subject), refuse).catch((error: unknown) => error);
        if (failure instanceof Refused) return Number(failure.message);
        throw failure;
      },
    };
    while (!done()) {
      for (const [way, ask] of Object.entries(asks)) {
        const before = this.acknowledged;
        try {
          const seen = await ask();
          answered.answers += 1;
          if (seen < before) stale.push(`${way} saw ${String(seen)} of ${String(before)}`);
        } catch (error) {
          if (!(error instanceof LogUnavailable)) {
            // Absent although something was acknowledged: the worst of stale answers.
            if (before > 0) stale.push(`${way} failed: ${String(error)}`);
          } else answered.unavailable += 1;
        }
      }
      await delay(20);
    }
  }
}
