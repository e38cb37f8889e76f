/**
 * Whether others may take this process for gone: because it stood still, or could not be heard. What it took before must
 * not be decided afterwards, since whoever gave it may have decided it and told the outcome. Time is passed in.
 */
export class Pulse {
  private last: number;
  private lapses = 0;

  constructor(
    private readonly lapseMs: number,
    now: number,
  ) {
    this.last = now;
  }

  /** A sign of life was given. */
  beat(now: number): void {
    if (now - this.last > this.lapseMs) this.lapses += 1;
    this.last = now;
  }

  /** Says from now on whether there was no lapse since. */
  since(now: () => number): () => boolean {
    const { lapses } = this;
    return () => lapses === this.lapses && now() - this.last <= this.lapseMs;
  }
}
