import { randomUUID } from 'node:crypto';
import type { WakeFact } from '@app/domain';
import type { Json, Log } from '@app/streams';

/** `subject`: the waiters of the source. Facts fold to the same when written twice, so nothing guards them. */
export const appendWakeFact = async (log: Log, subject: string, { type, data }: WakeFact): Promise<void> => {
  const event = { type, data: { ...data } as Json };
  await log.appendFact(subject, randomUUID(), { body: new Uint8Array(), count: 0, types: [], events: [event] });
};
