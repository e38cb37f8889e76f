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
 * Where positions inside the first message of a life count from: the sequence before its own, so that an offset from
 * there belongs to this life only. `cut`: of a fork, whose positions come after what it shares.
 */
export const positionAtBirth = (incarnation: number, cut: Offset = START): Offset =>
  cut.seq === incarnation - 1 ? cut : { seq: incarnation - 1, pos: 0 };

/** Positions inside a message count from here: the message before, or from the birth of the life. */
export const positionBefore = ({ prev, lineage, state: { incarnation } }: LogMessage): Offset =>
  incarnation > prev ? positionAtBirth(incarnation, lineage?.cut) : { seq: prev, pos: 0 };

/** Public units of a message, once per message: all readers of it share the result. */
const cache = new WeakMap<LogMessage, readonly Entry[]>();

const bodiesOf = ({ payload, state }: LogMessage, counts: readonly number[]): readonly Uint8Array[] => {
  const json = holdsJson(state.contentType);
  const content = json ? payload.subarray(1, -1) : payload;
  // Most messages hold one unit, in which nothing has to be looked for.
  if (counts.length === 1) return [content];
  return json ? cutItems(content, counts) : cutBytes(content, counts);
};

const allEntries = (message: LogMessage): readonly Entry[] => {
  const known = cache.get(message);
  if (known) return known;
  const counts = message.units.flatMap(({ count }) => (count > 0 ? [count] : []));
  const bodies = bodiesOf(message, counts);
  const base = positionBefore(message);
  let consumed = 0;
  const entries = counts.map((count, index): Entry => {
    consumed += count;
    const last = index + 1 === counts.length;
    const offset = last ? { seq: message.seq, pos: 0 } : { seq: base.seq, pos: base.pos + consumed };
    return { offset, count, body: bodies[index] ?? new Uint8Array() };
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
