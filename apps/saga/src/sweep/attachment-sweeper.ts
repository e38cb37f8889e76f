import { Rounds } from '@app/platform';
import { FIRST_PLACE, unlistedAttachments } from '@app/read-model';
import type { SweeperParts } from './stream-sweeper.js';
import { sweepPages } from './sweep-pages.js';

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
export class AttachmentSweeper {
  private readonly rounds: readonly Rounds[];
  private readonly graceMs: number;
  /** Milliseconds since 1970; whatever was stored before has been looked at. */
  private seen = -1;

  constructor(
    private readonly parts: SweeperParts,
    { everyMs = EVERY_MS, allEveryMs = ALL_EVERY_MS, graceMs = GRACE_MS }: AttachmentSweeperOptions = {},
  ) {
    this.graceMs = graceMs;
    const onTrouble = (error: unknown): void => parts.logger.warn('attachments are not swept', { error });
    this.rounds = [
      new Rounds(everyMs, (signal) => this.sweep(this.seen - OVERLAP_MS, signal), onTrouble),
      new Rounds(allEveryMs, (signal) => this.sweep(FIRST_PLACE.at, signal), onTrouble),
    ];
  }

  start(): void {
    for (const each of this.rounds) each.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.rounds.map((each) => each.stop()));
  }

  private async sweep(from: number, signal: AbortSignal): Promise<void> {
    const { database, clock } = this.parts;
    const until = clock.now() - this.graceMs;
    await sweepPages({
      ...this.parts,
      first: { ...FIRST_PLACE, at: from },
      page: (after, limit) => unlistedAttachments(database, until, after, limit),
      trouble: 'an attachment could not be finished',
      signal,
    });
    this.seen = until;
  }
}
