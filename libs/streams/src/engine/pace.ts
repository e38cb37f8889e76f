// How many must wait for each one that is under way before they go: the broker has something to do meanwhile, and those
// who come have something to join.
const WAITING_FOR_EACH = 3;
// A message that gets no acknowledgement must not hold up others for long.
const PATIENCE_MS = 25;

/**
 * Lets the writers of a log go together: at the end of a turn of the event loop and, while messages are under way, when
 * most of those are acknowledged. Sent one by one, each would cost a system call here, another one there, and would only
 * wait at the broker, where no request can join it any more.
 */
export class Pace {
  private underWay = 0;
  private waiting: (() => void)[] = [];
  private looking = false;
  private patience?: NodeJS.Timeout;

  get busy(): boolean {
    return this.underWay > 0;
  }

  /** Resolves when it is time to decide and to send, at the same moment for all who wait. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.lookLater();
    });
  }

  /** What is sent is under way until it is settled. */
  async send<T>(publish: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await publish();
    } finally {
      this.underWay -= 1;
      if (this.waiting.length > 0) this.lookLater();
    }
  }

  /** Other requests, and other acknowledgements, may come in the same turn. */
  private lookLater(): void {
    if (this.looking) return;
    this.looking = true;
    setImmediate(() => {
      this.looking = false;
      if (this.waiting.length >= this.underWay * WAITING_FOR_EACH) this.go();
      else this.patience ??= setTimeout(() => this.go(), PATIENCE_MS);
    });
  }

  private go(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    const all = this.waiting;
    this.waiting = [];
    for (const resolve of all) resolve();
  }
}
