/** Work that is done again and again with a pause in between: never twice at a time, and to its end when it is stopped. */
export class Rounds {
  private readonly ending = new AbortController();
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  /** What `work` throws ends only this round. `signal`: the last round should come to an end. */
  constructor(
    private readonly everyMs: number,
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.ending.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.round().finally(() => {
        this.start();
      });
    }, this.everyMs);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private async round(): Promise<void> {
    const { signal } = this.ending;
    try {
      await this.work(signal);
    } catch (error) {
      if (!signal.aborted) this.onTrouble(error);
    }
  }
}
