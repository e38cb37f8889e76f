import { cutItems } from '../codec/json-items.js';
import { holdsJson } from '../codec/media-type.js';
import type { Entry } from '../port/log.js';
import type { LogMessage } from '../port/message.js';
import { START, type Offset } from '../port/offset.js';

const cutBytes = (payload: Uint8Array, counts: readonly number[]): Uint8Array[] => {
  let start = 0;
  return counts.map((count) => payload.subarray(start, (start += count)));
};

/**
 * Positions inside a message count from here: the message before; inside the first of a life from 0, as there is none
 * before; inside the first of a fork from the cut, because what the source wrote after it does not exist on the fork.
 */
export const positionBefore = (message: LogMessage): Offset => {
  if (message.lineage) return message.lineage.cut;
  return message.state.incarnation > message.prev ? START : { seq: message.prev, pos: 0 };
};

/** Public units of a message, once per message: all readers of it share the result. */
const cache = new WeakMap<LogMessage, readonly Entry[]>();

const allEntries = (message: LogMessage): readonly Entry[] => {
  const known = cache.get(message);
  if (known) return known;
  const counts = message.units.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bodies = holdsJson(message.state.contentType)
    ? cutItems(message.payload.subarray(1, -1), counts)
    : cutBytes(message.payload, counts);
  const base = positionBefore(message);
  let consumed = 0;
  const entries = counts.flatMap((count, index): Entry[] => {
    if (count === 0) return [];
    consumed += count;
    const offset = consumed === total ? { seq: message.seq, pos: 0 } : { seq: base.seq, pos: base.pos + consumed };
    return [{ offset, count, body: bodies[index] ?? new Uint8Array() }];
  });
  cache.set(message, entries);
  return entries;
};

/** Entries of `message` after `from`; a position inside a unit counts as its end. */
export const entriesOf = (message: LogMessage, from: Offset = START): readonly Entry[] => {
  if ((message.kind !== 'commit' && message.kind !== 'fork') || message.seq <= from.seq) return [];
  const entries = allEntries(message);
  // `pos` counts items after message `from.seq`; only the message right behind it can be partly consumed.
  const base = positionBefore(message);
  if (from.seq !== base.seq || from.pos <= base.pos) return entries;
  let consumed = base.pos;
  return entries.filter(({ count }) => (consumed += count) > from.pos);
};
