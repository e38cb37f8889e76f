import type { Change } from './change.js';

/** A row of which something is written down. */
export interface LiveKey {
  readonly tenant: string;
  /** What names the row beside its tenant. */
  readonly key: string;
}

/** What may change of such a row; undefined where there is no row. */
export type LiveRow = Readonly<Record<string, string | null>>;

/**
 * What is written down: a row of the shape before and after a message, as JSON texts. Both null: what somebody may see
 * has changed; `key` says who.
 */
export interface LiveRecord {
  readonly key: string;
  readonly old: string | null;
  readonly new: string | null;
}

export interface LiveMove {
  readonly key: LiveKey;
  readonly before: LiveRow | undefined;
  readonly after: LiveRow | undefined;
  /** Everything the message did. */
  readonly changes: readonly Change[];
}

/**
 * Rows that clients follow, or that decide what they see: for every message that changes one it is written down what
 * happened, keyed by the message. Pure, like the projection it belongs to.
 */
export interface LiveTable {
  /** Of the rows. */
  readonly name: string;
  /** The table that clients follow. */
  readonly shape: string;
  /** The row a change concerns; undefined when it concerns none. */
  keyOf(change: Change): LiveKey | undefined;
  evolve(row: LiveRow | undefined, change: Change): LiveRow | undefined;
  record(move: LiveMove): readonly LiveRecord[];
}

/** The record of a table whose rows clients follow as they are; `encode` gives equal texts for equal rows. */
export const rowRecord =
  (encode: (row: LiveRow) => string) =>
  ({ key: { key }, before, after }: LiveMove): readonly LiveRecord[] => {
    const [old, now] = [before ? encode(before) : null, after ? encode(after) : null];
    return old === now ? [] : [{ key, old, new: now }];
  };

// No URL and no kind of principal begins like that, so that it is no key of a row either.
const MARK = '@';

/** The key under which it is written down that what a subject may see has changed. */
export const subjectMark = (subject: string): string => `${MARK}${subject}`;

/** The inverse. */
export const markedSubject = (key: string): string => key.slice(MARK.length);
