import { Connection } from './connection.js';
import type { WireRequest } from './wire-request.js';

const RETRY_MS = 100;

export interface ShapeMessage {
  readonly value?: Readonly<Record<string, string | null>>;
  readonly headers: { readonly operation?: string; readonly control?: string };
}

/** Follows a table as clients do: its rows first, then every change, asking again as soon as it has an answer. */
export class ShapeHolder {
  /** Changes that came while it waited for them. */
  changes = 0;
  private readonly connection: Connection;
  private live = false;
  private stopped = false;
  private following: Promise<void> | undefined;

  constructor(
    origin: string,
    /** Undefined: the developer, who sees everything. */
    private readonly principal: string | undefined,
    private readonly table: string,
    private readonly onChange: (message: ShapeMessage) => void = () => undefined,
  ) {
    this.connection = new Connection(origin);
  }

  /** Resolves when it has the rows and waits for changes. */
  async start(): Promise<void> {
    let place = await this.next('offset=-1');
    while (!this.live) place = await this.next(place);
    this.following = this.follow(place);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.connection.close();
    await this.following;
  }

  private async follow(from: string): Promise<void> {
    for (let place = from; !this.stopped;) {
      try {
        place = await this.next(place);
      } catch {
        // A server that is overloaded, or one that wants the table read anew: both say so.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** @returns where to go on */
  private async next(place: string): Promise<string> {
    const path = `/v1/shape?table=${this.table}&${place}${this.live ? '&live=true' : ''}`;
    const headersOf = this.principal === undefined ? {} : { headers: { 'electric-principal': this.principal } };
    const request: WireRequest = { method: 'GET', path, ...headersOf };
    const { headers, body } = await this.connection.fetch(request);
    const messages = (body ?? []) as readonly ShapeMessage[];
    if (this.live || this.following) {
      const changes = messages.filter((message) => message.headers.operation !== undefined);
      this.changes += changes.length;
      changes.forEach(this.onChange);
    }
    this.live = messages.some((message) => message.headers.control === 'up-to-date');
    return `offset=${String(headers['electric-offset'])}&handle=${String(headers['electric-handle'])}`;
  }
}
