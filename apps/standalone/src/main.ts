import { stopOnSignals } from '@app/platform';
import { banner } from './banner.js';
import { explain } from './start-error.js';
import { startReveille } from './start-reveille.js';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const startedAt = performance.now();
try {
  const reveille = await startReveille({ env: process.env, progress: say });
  stopOnSignals(reveille.shutdown, {
    onSignal: () => {
      say('\nstopping …');
    },
  });
  say(banner({ ...reveille, startedMs: performance.now() - startedAt }));
} catch (error) {
  const explained = explain(error);
  process.stderr.write(
    `Reveille did not start: ${explained ?? (error instanceof Error ? error.stack : String(error))}\n`,
  );
  process.exit(1);
}
