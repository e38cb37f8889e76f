import { cutItems } from '../codec/json-items.js';
import type { Entry } from '../port/log.js';
import type { LogMessage } from '../port/message.js';
import { START, type Offset } from '../port/offset.js';

const isJson = (message: LogMessage): boolean => /^application\/json\b/i.test(message.state.contentType);

const cutBytes = (payload: Uint8Array, counts: readonly number[]): Uint8Array[] => {
  let start = 0;
  return counts.map((count) => payload.subarray(start, (start += count)));
};

/** Positions inside a message count from the one before; inside the first of a life from 0, as there is none before. */
export const positionBefore = (message: LogMessage): number =>
  message.state.incarnation === message.seq ? 0 : message.prev;

/** Public units of a message, once per message: all readers of it share the result. */
const cache = new WeakMap<LogMessage, readonly Entry[]>();

const allEntries = (message: LogMessage): readonly Entry[] => {
  const known = cache.get(message);
  if (known) return known;
  const counts = message.units.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bodies = isJson(message)
    ? cutItems(message.payload.subarray(1, -1), counts)
    : cutBytes(message.payload, counts);
  let consumed = 0;
  const entries = counts.flatMap((count, index): Entry[] => {
    if (count === 0) return [];
    consumed += count;
    const offset = consumed === total ? { seq: message.seq, pos: 0 } : { seq: positionBefore(message), pos: consumed };
    return [{ offset, count, body: bodies[index] ?? new Uint8Array() }];
  });
  cache.set(message, entries);
  return entries;
};

/** Entries of `message` after `from`; a position inside a unit counts as its end. */
export const entriesOf = (message: LogMessage, from: Offset = START): readonly Entry[] => {
  if (message.kind !== 'commit' || message.seq <= from.seq) return [];
  const entries = allEntries(message);
  // `pos` counts items after message `from.seq`; only the message right behind it can be partly consumed.
  if (from.pos === 0 || positionBefore(message) > from.seq) return entries;
  let consumed = 0;
  return entries.filter(({ count }) => (consumed += count) > from.pos);
};
