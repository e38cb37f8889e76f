/** The place that a large body takes among the few of a process. */
export class LargeBody {
  /** From then on whoever handles the request gives the place back. */
  handled = false;
  private given = false;

  constructor(private readonly free: () => void) {}

  giveBack(): void {
    if (this.given) return;
    this.given = true;
    this.free();
  }
}

/** How many large bodies a process takes at once. */
export class Places {
  private taken = 0;

  constructor(private readonly max: number) {}

  take(): LargeBody | undefined {
    if (this.taken >= this.max) return undefined;
    this.taken += 1;
    return new LargeBody(() => {
      this.taken -= 1;
    });
  }
}
