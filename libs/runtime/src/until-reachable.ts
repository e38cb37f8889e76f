import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 500;
// Often enough to be noticed, rare enough not to fill the log.
const SAY_EVERY = 10;

export interface Reaching {
  readonly what: string;
  readonly say: (message: string) => void;
  readonly signal?: AbortSignal;
  /** A failure that waiting will not cure. */
  readonly final?: (error: unknown) => boolean;
}

/** Tries until it succeeds: servers may start in any order. Rejects on a final failure or when `signal` aborts. */
export const untilReachable = async <T>(attempt: () => Promise<T>, options: Reaching): Promise<T> => {
  const { what, say, signal, final = () => false } = options;
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (final(error)) throw error;
      if (tries % SAY_EVERY === 0)
        say(`waiting for ${what}: ${error instanceof Error ? error.message : String(error)}`);
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
};
