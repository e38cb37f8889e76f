import { stopOnSignals, type Shutdown } from '@app/platform';
import { banner } from './banner.js';
import { explain } from './start-error.js';
import { startReveille } from './start-reveille.js';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const startedAt = performance.now();
let stopping = false;

const stopWhenAsked = (shutdown: Shutdown): void => {
  stopOnSignals(shutdown, {
    onSignal: () => {
      stopping = true;
      say('\nstopping …');
    },
  });
};

const failed = (error: unknown): void => {
  // A start that was interrupted fails somehow; the process ends when everything is stopped.
  if (stopping) return;
  const explained = explain(error);
  process.stderr.write(
    `Reveille did not start: ${explained ?? (error instanceof Error ? error.stack : String(error))}\n`,
  );
  process.exit(1);
};

try {
  const reveille = await startReveille({ env: process.env, progress: say, onShutdown: stopWhenAsked });
  if (!stopping) say(banner({ ...reveille, startedMs: performance.now() - startedAt }));
} catch (error) {
  failed(error);
}
