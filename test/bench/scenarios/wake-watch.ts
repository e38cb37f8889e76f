import { Connection } from '../client/connection.js';
import { SseData } from '../client/sse-data.js';
import { Samples } from '../measure/samples.js';

interface WakeItem {
  readonly type: string;
  readonly value: { readonly source: string; readonly changes: readonly { readonly key: string }[] };
}

/** Reads a parent's stream over SSE and notes when the wake of every run of its children arrives. */
export class WakeWatch {
  readonly samples = new Samples();
  doubled = 0;
  private readonly expected = new Map<string, number>();
  private readonly arrived = new Set<string>();
  private readonly waiting = new Map<string, () => void>();
  private offset = 'now';
  private close: () => void = () => undefined;
  private closed = false;

  constructor(
    private readonly origin: string,
    private readonly parent: string,
  ) {}

  /** Resolves when the server has begun to answer. */
  open(): Promise<void> {
    return new Promise((opened) => {
      this.connect(opened);
    });
  }

  /** The finishing of this run begins now. */
  expect(child: string, run: string): void {
    this.expected.set(`${child} ${run}`, performance.now());
  }

  /** It was refused: no wake will come. */
  expectNot(child: string, run: string): void {
    this.expected.delete(`${child} ${run}`);
  }

  /** Those that have not arrived. */
  get missing(): number {
    return this.expected.size;
  }

  /** Resolves when the wake has arrived or the time is over. */
  async arrival(child: string, run: string, patienceMs: number): Promise<void> {
    const id = `${child} ${run}`;
    if (!this.expected.has(id)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.waiting.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.waiting.delete(id);
  }

  stop(): void {
    this.closed = true;
    this.close();
  }

  /** The server ends such a connection every minute; the next one goes on where it ended. */
  private connect(opened: () => void): void {
    let at = 0;
    const data = new SseData(
      (json) => {
        this.take(JSON.parse(json) as readonly WakeItem[], at);
      },
      (json) => {
        this.offset = (JSON.parse(json) as { readonly streamNextOffset: string }).streamNextOffset;
        opened();
      },
    );
    const connection = new Connection(this.origin);
    this.close = connection.stream(
      `${this.parent}/main?offset=${this.offset}&live=sse`,
      (chunk) => {
        at = performance.now();
        data.push(chunk.toString());
      },
      () => {
        if (!this.closed) this.connect(opened);
      },
    );
  }

  private take(items: readonly WakeItem[], at: number): void {
    for (const { type, value } of items) {
      if (type !== 'wake') continue;
      for (const { key } of value.changes) this.arrive(`${value.source} ${key}`, at);
    }
  }

  private arrive(id: string, at: number): void {
    if (this.arrived.has(id)) this.doubled += 1;
    this.arrived.add(id);
    const from = this.expected.get(id);
    if (from === undefined) return;
    this.expected.delete(id);
    this.samples.add(at - from);
    this.waiting.get(id)?.();
  }
}
