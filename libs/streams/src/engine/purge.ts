import type { LogBackend } from '../port/log-backend.js';
import { NotOver } from '../port/log.js';

// While the broker purges it takes no messages, and it looks through everything between the first and the last one it
// removes. So a life that is spread over a long log goes in steps, between which others get their turn.
const FIRST_STEP = 10_000;
const SHORT_MS = 5;
const LONG_MS = 20;
const REST = 4;

/** Removes the messages of a subject below `below`. @throws NotOver, LogUnavailable, or the reason of the signal */
export const purgeBelow = async (
  backend: LogBackend,
  subject: string,
  below: number,
  signal?: AbortSignal,
): Promise<void> => {
  const last = await backend.last(subject);
  if (last && last.seq < below) throw new NotOver(subject, below, last.seq);
  let step = FIRST_STEP;
  let at = 1;
  while (at < below) {
    signal?.throwIfAborted();
    // A replica that is behind may show too little; the last step takes whatever there is.
    const [first] = await backend.readSubject(subject, at, { messages: 1, bytes: 1 });
    at = Math.min(below, (first?.seq ?? below) + step);
    const started = performance.now();
    await backend.purge(subject, at);
    const took = performance.now() - started;
    if (took < SHORT_MS) step *= 2;
    else if (took > LONG_MS) step = Math.max(1, Math.floor(step / 2));
    if (at < below) await new Promise((resolve) => setTimeout(resolve, took * REST));
  }
};
