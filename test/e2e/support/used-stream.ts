import type { Answer, Call, Headered } from '../gateway/http.js';

/** An instant that is known only to lie between two, in milliseconds since 1970. */
interface Between {
  readonly earliest: number;
  readonly latest: number;
}

const NOT_FOUND = 404;
const TEXT = { 'content-type': 'text/plain' };

/**
 * A stream that ends when it is not used for a while, and what must hold of every answer about it: it is not over before
 * its time, counted from when the last use was sent, and not there after it, counted from when that was answered. Exact,
 * however slow machine and servers are.
 */
export class UsedStream {
  /** What an answer said too early or too late. */
  readonly contradictions: string[] = [];
  /** When it was first found to be over. */
  over?: Between;
  uses = 0;
  private last: Between = { earliest: 0, latest: 0 };

  constructor(
    readonly path: string,
    readonly ttl: number,
    /** Of the window, that a use may not be remembered for: a killed process takes some of it along. */
    private readonly forgottenMs = 0,
  ) {}

  // The uses say whether there was an answer.
  create(call: Call): Promise<boolean> {
    return this.use(call, 'PUT', this.path, 'x', { ...TEXT, 'stream-ttl': String(this.ttl) });
  }

  append(call: Call): Promise<boolean> {
    return this.use(call, 'POST', this.path, 'x', TEXT);
  }

  read(call: Call): Promise<boolean> {
    return this.use(call, 'GET', this.path);
  }

  readTail(call: Call): Promise<boolean> {
    return this.use(call, 'GET', `${this.path}?offset=now`);
  }

  /** No use. */
  async look(call: Call): Promise<void> {
    await this.ask(() => call('HEAD', this.path));
  }

  /** Somebody who waits on it uses it, at most `everyMs` apart, until an instant that lies between these. */
  waited(until: Between, everyMs: number): void {
    this.last = { earliest: until.earliest - everyMs, latest: until.latest };
  }

  private async use(call: Call, method: string, path: string, body?: string, headers: Headered = {}): Promise<boolean> {
    const at = await this.ask(() => call(method, path, body, headers));
    if (at === undefined) return true;
    this.uses += 1;
    // Without an answer nobody knows whether it counted.
    this.last = at.answered ? at : { ...at, earliest: this.last.earliest };
    return at.answered;
  }

  /** Undefined when the stream is over. */
  private async ask(request: () => Promise<Answer>): Promise<(Between & { readonly answered: boolean }) | undefined> {
    const earliest = Date.now();
    const status = await request().then(
      (answer) => answer.status,
      () => undefined,
    );
    const at = { earliest, latest: Date.now() };
    const answered = status !== undefined && status < 500;
    if (status === NOT_FOUND) {
      this.over ??= at;
      const early = this.last.earliest + this.ttl * 1000 - this.forgottenMs - at.latest;
      if (early > 0) this.contradictions.push(`${this.path} was over ${String(early)} ms too early`);
      return undefined;
    }
    const late = at.earliest - (this.last.latest + this.ttl * 1000);
    if (answered && this.last.latest > 0 && late >= 0)
      this.contradictions.push(`${this.path} was there ${String(late)} ms too long`);
    return { ...at, answered };
  }
}
