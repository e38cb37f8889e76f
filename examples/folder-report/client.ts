import { setTimeout as sleep } from 'node:timers/promises';

/** One event of an entity's stream. */
export interface StreamEvent {
  readonly type: string;
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Claim {
  readonly token: string;
  readonly claimEpoch: number;
}

/** Numbers the writes of one producer, so that a repeated one is recognised. */
export interface Producer {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
}

export interface Spawn {
  readonly args: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly wake?: Readonly<Record<string, unknown>>;
}

/** The server refused the request; asking again would not help. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(`${String(status)} ${code}: ${message}`);
  }
}

/** There was no answer; whether the request arrived is unknown. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface ClientOptions {
  readonly fetch?: Fetch;
  readonly signal?: AbortSignal;
}

interface Ask {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer goes on for as long as the reader likes. */
  readonly isLive?: boolean;
}

// A restart of the server or of what it stands on; longer, a person should know.
const PATIENCE_MS = 60_000;
const UNREACHABLE_RETRY_MS = 500;
// The server answers within 15 s, if only to say that it cannot know yet.
const ANSWER_MS = 20_000;

const retryAfterMs = (response: Response): number => Number(response.headers.get('retry-after') ?? 1) * 1_000;

const refusal = async (response: Response): Promise<ApiError> => {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ApiError(response.status, error.code, error.message);
  } catch {
    return new ApiError(response.status, 'UNKNOWN', text.slice(0, 200));
  }
};

/**
 * What these agents need of the HTTP API. Every request may be sent again after a lost answer: a second spawn finds the
 * first (409), a second claim replaces the first, a second append carries the same producer number.
 */
export class Client {
  constructor(
    private readonly url: string,
    private readonly options: ClientOptions = {},
  ) {}

  /** It was told to stop. */
  get stopped(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  async ensureType(type: { readonly name: string; readonly description: string }): Promise<void> {
    if (await this.finds('GET', `/v1/entity-types/${type.name}`)) return;
    await this.tell('POST', '/v1/entity-types', { body: type });
  }

  /** False when the entity is there already. */
  async spawn(entity: string, body: Spawn): Promise<boolean> {
    try {
      await this.tell('PUT', `/v1/entities${entity}`, { body });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'DUPLICATE_URL') return false;
      throw error;
    }
  }

  /** Undefined when there is nothing to do: the entity is paused or has ended. */
  async claim(entity: string, runner: string, leaseMs: number): Promise<Claim | undefined> {
    const response = await this.ask('POST', `/v1/entities${entity}/claim`, { body: { runner, leaseMs } });
    const answer = (await response.json()) as Claim | { readonly done: true };
    return 'done' in answer ? undefined : answer;
  }

  async heartbeat(entity: string, { token, claimEpoch }: Claim): Promise<void> {
    await this.tell('POST', `/v1/entities${entity}/claim/heartbeat`, { token, body: { claimEpoch } });
  }

  async release(entity: string, { token, claimEpoch }: Claim): Promise<void> {
    await this.tell('POST', `/v1/entities${entity}/claim/release`, { token, body: { claimEpoch } });
  }

  async send(entity: string, payload: unknown): Promise<void> {
    await this.tell('POST', `/v1/entities${entity}/send`, { body: { payload } });
  }

  async append(entity: string, token: string, producer: Producer, events: readonly StreamEvent[]): Promise<void> {
    await this.tell('POST', `${entity}/main`, {
      token,
      body: events,
      headers: {
        'producer-id': producer.id,
        'producer-epoch': String(producer.epoch),
        'producer-seq': String(producer.seq),
      },
    });
  }

  /** Everything that is on the stream now, and the offset to go on from. */
  async read(entity: string): Promise<{ readonly events: readonly StreamEvent[]; readonly offset: string }> {
    const events: StreamEvent[] = [];
    let offset = '-1';
    for (;;) {
      const response = await this.ask('GET', `${entity}/main?offset=${offset}`);
      events.push(...((await response.json()) as StreamEvent[]));
      offset = response.headers.get('stream-next-offset') ?? offset;
      if (response.headers.has('stream-up-to-date')) return { events, offset };
    }
  }

  /** The body of a live read; it ends now and then, and is asked for again from the last offset. */
  async live(entity: string, offset: string): Promise<Response> {
    return this.ask('GET', `${entity}/main?offset=${offset}&live=sse`, { isLive: true });
  }

  private async tell(method: string, path: string, ask?: Ask): Promise<void> {
    const response = await this.ask(method, path, ask);
    // An answer that is not read keeps its connection from being used again.
    await response.arrayBuffer();
  }

  private async finds(method: string, path: string): Promise<boolean> {
    try {
      await this.tell(method, path);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }

  /** Waits while the server is away or overloaded. @throws ApiError when it refuses */
  private async ask(method: string, path: string, ask: Ask = {}): Promise<Response> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.once(method, path, ask);
      if (answer instanceof NoAnswer) {
        if (Date.now() > until) throw answer;
        await this.wait(UNREACHABLE_RETRY_MS);
        continue;
      }
      if (answer.ok) return answer;
      const isTemporary = answer.status === 429 || answer.status === 503;
      if (!isTemporary || Date.now() > until) throw await refusal(answer);
      await answer.arrayBuffer();
      await this.wait(retryAfterMs(answer));
    }
  }

  private wait(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.options.signal });
  }

  /** Throws only when this client was told to stop. */
  private async once(method: string, path: string, ask: Ask): Promise<Response | NoAnswer> {
    const { fetch: send = fetch, signal } = this.options;
    const { body, token, headers, isLive } = ask;
    const ends = [signal, isLive ? undefined : AbortSignal.timeout(ANSWER_MS)].filter((end) => end !== undefined);
    try {
      return await send(this.url + path, {
        method,
        headers: {
          ...headers,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any(ends),
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      return new NoAnswer(`no answer from ${this.url}`, { cause });
    }
  }
}
