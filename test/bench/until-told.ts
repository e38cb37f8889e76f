import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Shutdown, stopOnSignals } from '@app/platform';

const STOP_MS = 30_000;
const shutdown = new Shutdown({ totalMs: 2 * STOP_MS });
let signals: (() => void) | undefined;

const listen = (): (() => void) => {
  let code = 1;
  return stopOnSignals(shutdown, {
    onSignal: (signal) => {
      code = 128 + constants.signals[signal];
    },
    // Results that are missing are no success.
    exit: () => process.exit(code),
  });
};

/**
 * What a benchmark starts, and stops itself when it ends. A signal stops it as well, what was started last first, and then
 * ends the process; nothing is started after that. `stop` does no harm when it is called twice.
 */
export const untilTold = <T>(what: string, start: () => T, stop: (started: T) => unknown): T => {
  if (shutdown.started) throw new Error(`the benchmark is ending, ${what} is not started`);
  signals ??= listen();
  const started = start();
  shutdown.register(what, () => stop(started), STOP_MS);
  return started;
};

/** Runs a whole benchmark. What goes wrong ends it with 1, unless that is only because a signal has stopped its servers. */
export const benchmark = async (main: () => Promise<void>): Promise<void> => {
  try {
    await main();
  } catch (error) {
    if (shutdown.started) return;
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
};

/** A temporary folder. Started as root, the database runs as somebody else, who must pass through. */
export const temporaryFolder = (): string =>
  untilTold(
    'folder',
    () => {
      const dir = mkdtempSync(join(tmpdir(), 'reveille-bench-'));
      chmodSync(dir, 0o711);
      return dir;
    },
    removeFolder,
  );

export const removeFolder = (dir: string): void => {
  // A server that was killed may be writing its last files.
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
};
