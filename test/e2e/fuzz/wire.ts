import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
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

const responseTo = async (one: ClientRequest): Promise<IncomingMessage> =>
  (await once(one, 'response', { signal: AbortSignal.timeout(ANSWER_MS) }))[0] as IncomingMessage;

const ANSWER_MS = 60_000;

/** Sends paths, headers and bodies exactly as they are: no normal form, no escaping. */
export class Wire {
  private readonly pool: Pool;

  constructor(private readonly url: string) {
    this.pool = new Pool(url, { connections: 4, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS });
  }

  send(draft: Draft): Promise<Reply> {
    if (draft.declared) return this.declare(draft, draft.declared);
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

  /** The first of the answers; the other requests are given up. */
  private async declare(draft: Draft, { bytes, times }: NonNullable<Draft['declared']>): Promise<Reply> {
    const started = performance.now();
    const headers = [...draft.headers, ['content-length', String(bytes)], ['host', 'fuzz']].flat();
    const asked = Array.from({ length: times }, () => {
      const one = request(this.url, { method: draft.method, path: pathOf(draft), headers, agent: false });
      one.on('error', () => undefined).flushHeaders();
      return one;
    });
    const response = await Promise.any(asked.map(responseTo));
    const text = await textOf(response);
    for (const one of asked) one.destroy();
    const { statusCode: status = 0 } = response;
    return { status, headers: response.headers, text, json: parsed(text), ms: performance.now() - started };
  }
}
