import { ROUTING } from './routing-timing.js';

const WEIGHT = 1 / 8;

/**
 * How long to wait for a peer to take an offer. A peer that is there but busy takes longer than one that is not there may
 * be waited for; to execute its commands here as well would only be more work for both. So what it lately took counts,
 * and one that says nothing at all changes nothing.
 */
export class Patience {
  private usual = 0;

  /** Milliseconds from an offer to what the peer said of it, in time or not. */
  add(ms: number): void {
    this.usual += (ms - this.usual) * WEIGHT;
  }

  get ms(): number {
    return Math.min(ROUTING.takenAtMostMs, Math.max(ROUTING.takenMs, 2 * this.usual));
  }
}
