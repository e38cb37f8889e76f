import { Pool } from 'undici';
import { bodyOf, pathOf, type Draft, type Pairs } from './draft.js';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: ReturnType<typeof JSON.parse>;
  readonly ms: number;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const ANSWER_MS = 60_000;

/** Sends paths, headers and bodies exactly as they are: no normal form, no escaping. */
export class Wire {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = new Pool(url, { connections: 4, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS });
  }

  send(draft: Draft): Promise<Reply> {
    return this.raw(draft.method, pathOf(draft), draft.headers, bodyOf(draft));
  }

  /** JSON in, JSON out. */
  call(method: string, path: string, json?: unknown, headers: Pairs = []): Promise<Reply> {
    const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
    return this.raw(method, path, [['content-type', 'application/json'], ...headers], body);
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  async raw(method: string, path: string, pairs: Pairs, sent?: Uint8Array): Promise<Reply> {
    const started = performance.now();
    const { statusCode, headers, body } = await this.pool.request({
      method,
      path,
      headers: pairs.flat(),
      body: sent ?? null,
    });
    // It would go on for ever.
    const live = String(headers['content-type']).startsWith('text/event-stream');
    if (live) body.on('error', () => undefined).destroy();
    const text = live ? '' : await body.text();
    return { status: statusCode, headers, text, json: parsed(text), ms: performance.now() - started };
  }
}
