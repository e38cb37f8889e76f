import { LogUnavailable, type LogBackend } from '../port/log-backend.js';
import type { Indexed } from '../port/log-index.js';
import type { LogMessage } from '../port/message.js';
import type { LogFeed } from './log-feed.js';
import { scanSubject, SHORT } from './subject-scan.js';
import type { EngineTiming } from './timing.js';

const PAUSE_MS = 20;

export interface LookupParts {
  readonly backend: LogBackend;
  readonly feed: LogFeed;
  readonly timing: EngineTiming;
}

export interface Lookup<T> {
  readonly subject: string;
  /** Newest message of the stream. */
  readonly tail: number;
  /** Where reading begins when the index cannot be asked. */
  readonly from: number;
  /** Asks the index; undefined when there is none. */
  readonly ask: (() => Promise<Indexed<T>>) | undefined;
  /** Forgets what earlier attempts found. */
  readonly begin: (found: readonly T[]) => void;
  /** A message that the index does not cover yet, in log order; true: nothing more is looked for. */
  readonly visit: (message: LogMessage) => boolean;
}

/**
 * Looks into the index, then into the messages after its position that are older than the recent ones: those are looked
 * at in memory, by whoever decides. An index that is far behind is waited for; in place of one that cannot be asked the
 * stream itself is read, if it is short. @returns up to where everything was looked at. @throws LogUnavailable
 */
export const lookUp = async <T>({ backend, feed, timing }: LookupParts, lookup: Lookup<T>): Promise<number> => {
  const { subject, tail, from, ask, begin, visit } = lookup;
  const until = (): number => Math.min(feed.recent.start, tail);
  if (!ask) {
    const end = until();
    begin([]);
    await scanSubject(backend, { subject, after: from, until: end, tail }, visit);
    return Math.max(from, end);
  }
  const giveUp = performance.now() + timing.indexMs;
  let tried = false;
  for (;;) {
    const answer = await ask().catch((cause: unknown) => ({ cause }));
    const known = 'cause' in answer ? undefined : answer;
    // Ahead of what this process has received: moments, unless the log has lost its end and the index has not.
    if (known) await feed.reached(known.position, timing.barrierMs);
    const end = until();
    const after = known?.position ?? from;
    begin(known?.found ?? []);
    if (after >= end) return after;
    // Reading is tried once: what was too much a moment ago still is.
    if (!tried && (await scanSubject(backend, { subject, after, until: end, tail }, visit, SHORT))) return end;
    tried = true;
    if ('cause' in answer) throw new LogUnavailable('the index cannot be asked', { cause: answer.cause });
    if (performance.now() > giveUp)
      throw new LogUnavailable(`the index is behind: at ${String(answer.position)}, needed at ${String(end)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};
