/**
 * Commands that wait for something old to be found. They wait beside the writer's queue, so that nobody else waits for
 * them, and leave in the order in which they came: requests of one producer must not overtake each other.
 */
export class Sideline<P> {
  private waiting: P[] = [];
  private busy: readonly P[] = [];
  private running = false;

  constructor(
    /** Finds it for all of them; must not throw. Resolves to those that go on. */
    private readonly find: (pending: readonly P[]) => Promise<readonly P[]>,
    /** Called also when nobody goes on. */
    private readonly back: (pending: readonly P[]) => void,
  ) {}

  get size(): number {
    return this.waiting.length + this.busy.length;
  }

  some(test: (pending: P) => boolean): boolean {
    return this.busy.some(test) || this.waiting.some(test);
  }

  add(pending: P): void {
    this.waiting.push(pending);
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    // Whoever is put aside in the same turn of the event loop is asked for in the same question.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      this.busy = this.waiting;
      this.waiting = [];
      const found = await this.find(this.busy);
      this.busy = [];
      this.back(found);
    }
    this.running = false;
  }
}
