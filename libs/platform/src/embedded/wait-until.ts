import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds until the wait gives up. */
  readonly withinMs: number;
  /** Milliseconds between two tries; small, because every start waits for it. */
  readonly everyMs?: number;
}

/**
 * Repeats `check` until it gives something else than `undefined`.
 * Returns `undefined` when the deadline passed; whatever `check` throws ends the wait.
 */
export const waitUntil = async <T>(
  check: () => T | undefined | Promise<T | undefined>,
  { withinMs, everyMs = 15 }: WaitOptions,
): Promise<T | undefined> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== undefined) return found;
    if (Date.now() >= deadline) return undefined;
    await delay(everyMs);
  }
};
