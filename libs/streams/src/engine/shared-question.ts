// A busy process asks about a thousand times a second at the most, however many wait.
const PACE_MS = 1;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What else this turn of the event loop has to do comes first. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Asks a question once for everybody who came before it was asked. Who comes while it is under way waits for the next
 * one, because an answer on its way may be older than his request. The first question after a quiet time goes out at the
 * end of the turn, because one request often needs the answer in several places; the others follow at a pace, so that
 * more can share one.
 */
export class SharedQuestion<T> {
  private current?: Promise<unknown>;
  /** Not asked yet. */
  private next?: Promise<T>;

  constructor(private readonly ask: () => Promise<T>) {}

  answer(): Promise<T> {
    this.next ??= this.room().then(() => this.start());
    return this.next;
  }

  /** Resolves when the next question may go out. */
  private async room(): Promise<void> {
    if (!this.current) return turn();
    await this.current;
    await pause(PACE_MS);
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
