const TICK_MS = 100;
// What one turn of the event loop counts at the most, however long it took: nothing was heard in it.
const TURN_MS = 250;

/**
 * Counts the time in which this process could hear an answer. Waiting by the clock on the wall, a process that was busy, or
 * had no processor, for longer than it waits gives up before it has looked at what arrived meanwhile; and when thousands
 * come at once, one turn of the event loop takes a second, and an answer needs several. Here a wait of 4 s ends after 16
 * turns at the earliest, and after that soon however long they are.
 */
export class ListeningClock {
  private listened = 0;
  private last = performance.now();
  private stopped = false;
  private readonly timer: NodeJS.Timeout;

  /** `tick` is called about ten times a second. */
  constructor(tick?: (now: number) => void) {
    this.timer = setInterval(() => {
      this.listened = this.now;
      this.last = performance.now();
      tick?.(this.listened);
    }, TICK_MS).unref();
  }

  /** Milliseconds since this began. */
  get now(): number {
    return this.listened + Math.min(performance.now() - this.last, TURN_MS);
  }

  /** Calls `late` after so many milliseconds, unless what it returns was called before. */
  after(ms: number, late: () => void): () => void {
    const end = this.now + ms;
    const look = (): void => {
      const left = end - this.now;
      // Timers of the platform come up to 1 ms early.
      if (left > 1 && !this.stopped) timer = setTimeout(look, left);
      else late();
    };
    let timer = setTimeout(look, ms);
    return () => {
      clearTimeout(timer);
    };
  }

  /** Waits that are left end at their time by the clock on the wall. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }
}
