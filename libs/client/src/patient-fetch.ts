import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';

export type FetchRequest = (request: Request) => Promise<Response>;

export interface Patience {
  /** Milliseconds during which a request is sent again while the server is away or overloaded. */
  readonly patienceMs: number;
  /** Milliseconds until the head of an answer is there. A long-poll waits up to 30 s. */
  readonly answerMs: number;
  readonly fetch: FetchRequest;
  readonly signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const TEMPORARY: readonly number[] = [429, 503];

/** The server said that it cannot answer now. */
class NotNow extends Error {
  constructor(readonly response: Response) {
    super(`the server answered ${String(response.status)}`);
  }
}

/** There was no answer; whether the request arrived is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const retryAfterMs = ({ headers }: Response): number => Number(headers.get('retry-after') ?? 0) * 1_000;

/** The limit is for the head only: the body of a live read goes on for as long as the reader likes. */
const withinTime = async ({ fetch, answerMs }: Patience, signal: AbortSignal, request: Request): Promise<Response> => {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, answerMs);
  try {
    return await fetch(new Request(request, { signal: AbortSignal.any([late.signal, signal]) }));
  } catch (cause) {
    signal.throwIfAborted();
    throw new NoAnswer(`no answer from ${new URL(request.url).origin}`, { cause });
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Sends a request until it is answered: again after a lost connection, after silence, and after 429 and 503 when their
 * `Retry-After` has passed; the last of those is the answer when the patience is over. Only for requests that may arrive twice.
 *
 * @throws NoAnswer when the patience is over; the reason of a signal
 */
export const patientFetch =
  (patience: Patience): FetchRequest =>
  async (request) => {
    const signal = AbortSignal.any([request.signal, patience.signal].filter((end) => end !== undefined));
    let refused: Response | undefined;
    const once = async (): Promise<Response> => {
      // A body that nobody reads keeps its connection from being used again.
      await refused?.body?.cancel();
      refused = undefined;
      const response = await withinTime(patience, signal, request.clone());
      if (!TEMPORARY.includes(response.status)) return response;
      refused = response;
      throw new NotNow(response);
    };
    try {
      return await pRetry(once, {
        signal,
        retries: Infinity,
        maxRetryTime: patience.patienceMs,
        minTimeout: FIRST_PAUSE_MS,
        maxTimeout: LONGEST_PAUSE_MS,
        randomize: true,
        shouldRetry: () => !signal.aborted,
        onFailedAttempt: async ({ error }) => {
          if (error instanceof NotNow) await sleep(retryAfterMs(error.response), undefined, { signal });
        },
      });
    } catch (error) {
      if (error instanceof NotNow) return error.response;
      throw error;
    }
  };
