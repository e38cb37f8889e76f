import { compareOffsets, type ReadLimit, type StreamEnd, type StreamSlice } from '@app/streams';
import { bodyOf, isJson } from './content.js';

/** A slice as it is answered: small entries as one body. */
export interface Page extends Omit<StreamSlice, 'entries'> {
  /** Number of small entries in the body. */
  readonly entries: number;
  readonly body: Buffer;
}

export const pageOf = ({ entries, ...slice }: StreamSlice): Page => ({
  ...slice,
  entries: entries.length,
  body: bodyOf(slice.contentType, entries),
});

export const isEmpty = ({ entries, large }: Page): boolean => entries === 0 && !large;

/** Whether nothing is missing behind a page of an earlier read: it is full, or the stream still ends where it does. */
export const isWhole = ({ upToDate, next }: Page, { tail }: StreamEnd): boolean =>
  !upToDate || compareOffsets(next, tail) === 0;

/** A whole page as it is now: closing a stream moves no offset. */
export const asOf = (page: Page, { closed }: StreamEnd): Page =>
  page.upToDate && page.closed !== closed ? { ...page, closed } : page;

const COMMA = Buffer.from(',');

/** A page with what comes after it; undefined when that is more than one page holds, or of another kind. */
export const joined = (page: Page, rest: StreamSlice, limit: ReadLimit): Page | undefined => {
  const more = pageOf(rest);
  if (more.incarnation !== page.incarnation || more.entries === 0 || more.large) return undefined;
  const entries = page.entries + more.entries;
  const body = isJson(page.contentType)
    ? Buffer.concat([page.body.subarray(0, -1), COMMA, more.body.subarray(1)])
    : Buffer.concat([page.body, more.body]);
  return entries > limit.messages || body.length > limit.bytes ? undefined : { ...more, entries, body };
};
