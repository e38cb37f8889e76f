import { FIRST_PLACE, unlistedAttachments } from '@app/read-model';
import { sweepPages } from './sweep-pages.js';
import { SweepRounds, type SweeperParts } from './sweep-rounds.js';

export interface AttachmentSweeperOptions {
  readonly everyMs?: number;
  /** Between two looks at all of them. */
  readonly allEveryMs?: number;
  /** How long whoever adds an attachment has for it. */
  readonly graceMs?: number;
}

const EVERY_MS = 5_000;
// Only bytes whose removal failed are found late.
const ALL_EVERY_MS = 10 * 60_000;
// A request has its outcome long before.
const GRACE_MS = 30_000;
// Lanes that lag by more than this are found in the look at all of them.
const OVERLAP_MS = 60_000;

/**
 * Finishes attachments of which only the bytes were stored, or only the entry removed, because somebody died in between.
 * Settling one that is as it should be does nothing.
 */
export const attachmentSweeper = (
  parts: SweeperParts,
  { everyMs = EVERY_MS, allEveryMs = ALL_EVERY_MS, graceMs = GRACE_MS }: AttachmentSweeperOptions = {},
): SweepRounds => {
  const { database, clock } = parts;
  /** Milliseconds since 1970; whatever was stored before has been looked at. */
  let seen = -1;
  const sweep = async (from: number, signal: AbortSignal): Promise<void> => {
    const until = clock.now() - graceMs;
    await sweepPages({
      ...parts,
      first: { ...FIRST_PLACE, at: from },
      page: (after, limit) => unlistedAttachments(database, until, after, limit),
      trouble: 'an attachment could not be finished',
      signal,
    });
    seen = until;
  };
  return new SweepRounds(parts, 'attachments are not swept', [
    { everyMs, sweep: (signal) => sweep(seen - OVERLAP_MS, signal) },
    { everyMs: allEveryMs, sweep: (signal) => sweep(FIRST_PLACE.at, signal) },
  ]);
};
