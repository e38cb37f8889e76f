import { Client, type Dispatcher } from 'undici';
import type { WireRequest } from './wire-request.js';

/** Status of a request that got no answer at all. */
export const NO_ANSWER = 0;

const ignore = (): void => undefined;

/** Keeps the status, throws the body away. */
class StatusOnly implements Dispatcher.DispatchHandler {
  private status = NO_ANSWER;

  constructor(private readonly answered: (status: number) => void) {}

  onRequestStart(): void {
    // Its presence tells undici which kind of handler this is.
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(): void {
    // Not needed.
  }

  onResponseEnd(): void {
    this.answered(this.status);
  }

  onResponseError(): void {
    this.answered(NO_ANSWER);
  }
}

/** One keep-alive connection with one request at a time, whose answers can be looked at. */
export class Connection {
  private readonly client: Client;

  constructor(origin: string) {
    this.client = new Client(origin, { pipelining: 1, keepAliveTimeout: 60_000 });
    // A lost connection is an error of the request that used it.
    this.client.on('connectionError', ignore);
  }

  /** @returns the status */
  send(request: WireRequest): Promise<number> {
    return new Promise((resolve) => {
      this.client.dispatch(request, new StatusOnly(resolve));
    });
  }

  /** For preparations. @throws when the answer is no success. */
  async fetch(request: WireRequest): Promise<{ readonly headers: Headers; readonly body: unknown }> {
    const { statusCode, headers, body } = await this.client.request(request);
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${request.method} ${request.path}: ${String(statusCode)} ${text}`);
    return { headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  /** Hands over every piece of a body that does not end by itself; the returned function ends it. */
  stream(path: string, onData: (chunk: Buffer) => void, onEnd: () => void): () => void {
    this.client.dispatch(
      { method: 'GET', path, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart: ignore,
        onResponseData: (_controller, chunk) => {
          onData(chunk);
        },
        onResponseEnd: onEnd,
        onResponseError: onEnd,
      },
    );
    return () => void this.client.destroy();
  }

  async close(): Promise<void> {
    await this.client.destroy();
  }
}

type Headers = Dispatcher.ResponseData['headers'];
