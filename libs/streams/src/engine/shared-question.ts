// A busy process asks about a thousand times a second at the most, however many wait.
const PACE_MS = 1;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks a question once for everybody who came before it was asked. Who comes while it is under way waits for the next
 * one, because an answer on its way may be older than his request. Questions follow each other at a pace, so that more
 * can share one; the first after a quiet time goes out at once.
 */
export class SharedQuestion<T> {
  private current?: Promise<unknown>;
  /** Not asked yet. */
  private next?: Promise<T>;

  constructor(private readonly ask: () => Promise<T>) {}

  answer(): Promise<T> {
    return this.next ?? (this.current ? this.queue(this.current) : this.start());
  }

  private queue(current: Promise<unknown>): Promise<T> {
    this.next = current.then(() => pause(PACE_MS)).then(() => this.start());
    return this.next;
  }

  private start(): Promise<T> {
    this.next = undefined;
    const question = this.ask();
    const settled = question.then(
      () => undefined,
      () => undefined,
    );
    this.current = settled;
    void settled.then(() => {
      if (this.current === settled) this.current = undefined;
    });
    return question;
  }
}
