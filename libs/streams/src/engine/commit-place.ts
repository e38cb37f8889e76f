import { openMessage } from '../codec/format-v1.js';
import type { EncodedCommit, EncodedMessage, RawMessage } from '../port/message.js';

/**
 * What is where a commit should be: the sequence of its last message, somebody else's message, or undefined as long as
 * there is nothing yet.
 */
export type Place = number | 'taken' | undefined;

/** Identical bytes mean the same whoever wrote them; equal ids alone do not: two writers may hold the same command. */
const isSame = ({ headers, payload }: EncodedMessage, stored: RawMessage): boolean =>
  headers.every(([name, value]) => stored.headers[name] === value) && Buffer.compare(payload, stored.payload) === 0;

/** Which message of a commit of several this one could be, from 0. */
const indexOf = (commit: EncodedCommit, stored: RawMessage): number => {
  if (commit.length === 1) return 0;
  try {
    return (openMessage(stored).piece?.index ?? 0) - 1;
  } catch {
    return -1;
  }
};

/**
 * Judges the message that was found where the commit should be. The pieces of a commit are stored together, so one of
 * ours tells of them all, unless the broker died between two of them: then the last one is not there, and never will be.
 * Of several brokers, one that is behind may say so, too: there it stays open.
 */
export const placeOf = async (
  commit: EncodedCommit,
  found: RawMessage,
  log: { readonly replicated: boolean; readonly get: (seq: number) => Promise<RawMessage | undefined> },
): Promise<Place> => {
  const index = indexOf(commit, found);
  const same = commit[index];
  if (!same || !isSame(same, found)) return 'taken';
  const end = found.seq + commit.length - 1 - index;
  if (end === found.seq) return end;
  const last = await log.get(end);
  if (!last && log.replicated) return undefined;
  const ours = commit.at(-1);
  return last && ours && last.subject === found.subject && isSame(ours, last) ? end : 'taken';
};
