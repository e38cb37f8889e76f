import type { Item } from './entities.js';

const RETRY_MS = 50;

const fields = (event: string): { readonly name: string; readonly data: string } => {
  const lines = event.split('\n');
  const of = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).trimStart());
  return { name: of('event').join(), data: of('data').join('\n') };
};

/** Follows one stream over SSE as clients do: whenever the connection ends it goes on at the last offset it was told. */
export class TailReader {
  readonly items: Item[] = [];
  connections = 0;
  private offset = '-1';
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;

  constructor(
    private readonly url: () => string,
    private readonly path: string,
  ) {
    this.running = this.run();
  }

  /** What was read twice, or not in the order of offsets. */
  get disorder(): readonly string[] {
    const offsets = this.items.map(({ headers }) => headers.offset);
    return offsets.filter((offset, index) => index > 0 && offset < (offsets[index - 1] ?? ''));
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      await this.connect(signal).catch(() => undefined);
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  private async connect(signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.url()}/${this.path}/main?offset=${this.offset}&live=sse`, { signal });
    if (!response.ok || !response.body) return;
    this.connections += 1;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) this.take(event);
    }
  }

  private take(event: string): void {
    const { name, data } = fields(event);
    if (name === 'data') this.items.push(...(JSON.parse(data) as readonly Item[]));
    else if (name === 'control')
      this.offset = (JSON.parse(data) as { readonly streamNextOffset: string }).streamNextOffset;
  }
}
