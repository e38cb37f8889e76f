import type { EventEmitter } from 'node:events';
import type { Shutdown } from './shutdown.js';

export interface SignalOptions {
  /** The process; a test passes its own emitter. */
  readonly source?: Pick<EventEmitter, 'on' | 'off'>;
  readonly exit?: (code: number) => void;
  readonly onSignal?: (signal: NodeJS.Signals) => void;
  /** Milliseconds of any clock that only goes forward. */
  readonly now?: () => number;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

// Under npm one Ctrl-C arrives twice: from the terminal, and passed on by npm. No person is as fast.
const SAME_PRESS_MS = 400;

/**
 * The first SIGINT or SIGTERM shuts down and exits (0, or 1 when a closer failed or ran out of time); a later one exits
 * at once with 128 + its number. @returns a function that takes the handlers off again.
 */
export const stopOnSignals = (
  shutdown: Shutdown,
  {
    source = process,
    exit = (code) => process.exit(code),
    onSignal,
    now = () => performance.now(),
  }: SignalOptions = {},
): (() => void) => {
  let signalledAt: number | undefined;
  const handlers = SIGNALS.map((signal) => ({
    signal,
    handle: (): void => {
      if (signalledAt !== undefined) {
        if (now() - signalledAt > SAME_PRESS_MS) exit(128 + NUMBERS[signal]);
        return;
      }
      signalledAt = now();
      onSignal?.(signal);
      void shutdown.run().then((outcomes) => exit(outcomes.every(({ result }) => result === 'closed') ? 0 : 1));
    },
  }));
  for (const { signal, handle } of handlers) source.on(signal, handle);
  return () => {
    for (const { signal, handle } of handlers) source.off(signal, handle);
  };
};
