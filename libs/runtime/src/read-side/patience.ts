// The log has everything, too: a database that is away must not cost a request more than this, nor every request.
const PATIENCE_MS = 1_000;
const AVOID_MS = 2_000;

/** Asks a database that may be away: gives up after a second, and does not ask again for two. */
export class Patience {
  private avoidedUntil = 0;

  constructor(private readonly what: string) {}

  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (performance.now() < this.avoidedUntil) throw new Error(`${this.what} did not answer a moment ago`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.what} does not answer`)), PATIENCE_MS);
    });
    try {
      return await Promise.race([question(), late]);
    } catch (error) {
      this.avoidedUntil = performance.now() + AVOID_MS;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
