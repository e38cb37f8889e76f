import type { AppendRefusal, AppendVerdict } from './append.js';
import type { Producer } from './producer.js';

const ACCEPT: AppendVerdict = { kind: 'accept' };
const refuse = (refusal: AppendRefusal): AppendVerdict => ({ kind: 'refuse', refusal });

const gap = (expected: number, received: number): AppendVerdict =>
  refuse({ reason: 'sequence-gap', expected, received });

/** Requests of one producer are numbered without gaps inside an epoch; a higher epoch starts at 0 and fences the lower. */
export const validateProducer = (known: readonly Producer[], { id, epoch, seq }: Producer): AppendVerdict => {
  const last = known.find((producer) => producer.id === id);
  if (last === undefined) return seq === 0 ? ACCEPT : gap(0, seq);
  if (epoch < last.epoch) return refuse({ reason: 'stale-epoch', current: last.epoch });
  if (epoch > last.epoch) return seq === 0 ? ACCEPT : refuse({ reason: 'epoch-must-start-at-zero' });
  if (seq <= last.seq) return { kind: 'duplicate', epoch, seq: last.seq };
  return seq === last.seq + 1 ? ACCEPT : gap(last.seq + 1, seq);
};
