// Steady clocks of two hosts drift apart by some milliseconds in this time, so no older minimum counts.
const WINDOW_MS = 60_000;

/**
 * How late messages of another process are, without comparing clocks: the quickest of the last two minutes shows how far
 * the two are apart, and what came later than that was delayed.
 */
export class TransitTime {
  private quickest = Infinity;
  private before = Infinity;
  private since = -Infinity;

  /** Both in milliseconds, each of the steady clock of its own process. */
  add(sent: number, received: number): void {
    if (received - this.since > WINDOW_MS) {
      this.before = this.quickest;
      this.quickest = Infinity;
      this.since = received;
    }
    this.quickest = Math.min(this.quickest, received - sent);
  }

  /** Of the quickest; as long as there is none, it may be anything. */
  get usual(): number {
    return Math.min(this.quickest, this.before);
  }

  /** Infinity as long as there is nothing to compare with. */
  delay(sent: number, received: number): number {
    return this.usual === Infinity ? Infinity : received - sent - this.usual;
  }
}
