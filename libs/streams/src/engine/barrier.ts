/**
 * Asks a question once for everybody who came before it was asked. Who comes while it is under way waits for the next
 * one, because an answer on its way may be older than his request.
 */
export class SharedQuestion<T> {
  private current?: Promise<T>;
  private next?: Promise<T>;

  constructor(private readonly ask: () => Promise<T>) {}

  answer(): Promise<T> {
    if (!this.current) return this.start();
    return (this.next ??= this.current.then(
      () => this.start(),
      () => this.start(),
    ));
  }

  private start(): Promise<T> {
    this.next = undefined;
    const question = this.ask();
    this.current = question;
    const settled = (): void => {
      if (this.current === question) this.current = undefined;
    };
    question.then(settled, settled);
    return question;
  }
}
