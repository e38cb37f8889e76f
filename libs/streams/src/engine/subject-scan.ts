import { decodeMessage } from '../codec/format-v1.js';
import { LogUnavailable, type LogBackend, type ReadLimit } from '../port/log-backend.js';
import type { LogMessage } from '../port/message.js';
import { patiently } from './patience.js';

export const SCAN: ReadLimit = { messages: 500, bytes: 4 * 1024 * 1024 };

/** Messages of one subject: those after `after`, up to `until`. `tail`: the newest one, which exists. */
export interface ScanRange {
  readonly subject: string;
  readonly after: number;
  readonly until: number;
  readonly tail: number;
}

/** What is read at most in place of an index that cannot be asked, or is behind: a few pages, tens of milliseconds. */
export const SHORT: ReadLimit = { messages: 2_000, bytes: 8 * 1024 * 1024 };
export const WHOLE: ReadLimit = { messages: Infinity, bytes: Infinity };

/**
 * Reads messages of a subject in order until `visit` returns true, or all are read. False: there are more than `most`,
 * and some were not visited. @throws LogUnavailable when a replica is behind
 */
export const scanSubject = async (
  backend: LogBackend,
  { subject, after, until, tail }: ScanRange,
  visit: (message: LogMessage) => boolean,
  most: ReadLimit = WHOLE,
): Promise<boolean> => {
  let at = after;
  let messages = 0;
  let bytes = 0;
  while (at < until) {
    if (messages >= most.messages || bytes >= most.bytes) return false;
    const page = await patiently(() => backend.readSubject(subject, at + 1, SCAN));
    for (const raw of page) {
      if (raw.seq > until || visit(decodeMessage(raw))) return true;
      bytes += raw.payload.length;
    }
    messages += page.length;
    // The tail is there, so a page that ends before it comes from a replica that is behind: never a guess.
    if (page.length === 0) throw new LogUnavailable(`messages up to ${String(tail)} are missing on this replica`);
    at = page.at(-1)?.seq ?? at;
  }
  return true;
};
