/**
 * Lets the writers of a log go together at the end of a turn of the event loop, when what else the turn brought has joined
 * them. One by one, each would cost a system call here and another one at the broker.
 */
export class TurnEnd {
  private waiting: (() => void)[] = [];

  /** Resolves at the end of this turn, at the same moment for all who wait. */
  come(): Promise<void> {
    return new Promise((resolve) => {
      if (this.waiting.length === 0)
        setImmediate(() => {
          const all = this.waiting;
          this.waiting = [];
          for (const go of all) go();
        });
      this.waiting.push(resolve);
    });
  }
}
