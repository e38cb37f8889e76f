import type { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { Subjects } from '../ports/subjects.js';
import { PlainStreamWriter } from './plain-stream-writer.js';
import { PlainStreams } from './plain-streams.js';

/**
 * Looks at plain streams without using them, for whoever does so when nobody else has: one whose time is over ends, one
 * that was kept for forks alone ends when none is left.
 */
export const settleStreams = (
  log: Log,
  clock: Clock,
  subjects: Subjects,
): ((tenant: string, path: string) => Promise<void>) => {
  const streams = new PlainStreams(new PlainStreamWriter(log, subjects), clock, log);
  return async (tenant, path) => {
    await streams.current(tenant, path);
  };
};
