import type { Log } from '@app/streams';
import { identityOf } from './lane-reader.js';
import type { HeldLane } from './lane-store.js';

/** The database has applied messages the log does not have: the log was restored from an older copy, or lost its end. */
export class LogBehindPostgres extends Error {
  override readonly name = 'LogBehindPostgres';
  constructor(group: string, position: number, what: string) {
    super(
      `the read model of ${group} has applied message ${String(position)}, but ${what}; restore the log, or rewind the ` +
        'read model to the last common message',
    );
  }
}

/** @throws LogBehindPostgres unless the log agrees with what the lanes say they have applied. */
export const checkAgreement = async (log: Log, group: string, lanes: readonly HeldLane[]): Promise<void> => {
  const marks = new Map(lanes.filter(({ position }) => position > 0).map((lane) => [lane.position, lane]));
  if (marks.size === 0) return;
  const head = await log.barrier();
  for (const [position, { messageTime, firstUnit }] of marks) {
    if (position > head) throw new LogBehindPostgres(group, position, `the log ends at ${String(head)}`);
    if (messageTime === null) continue;
    // A message may be gone because its stream was purged; a different one in its place may not.
    const message = await log.message(position);
    if (message && (message.time !== messageTime || identityOf(message) !== firstUnit))
      throw new LogBehindPostgres(group, position, 'the log has another message there');
  }
};
