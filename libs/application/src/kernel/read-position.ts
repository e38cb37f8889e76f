import type { Log } from '@app/streams';

/**
 * Log position that a read must include: everything there is, or no more than the reader asks for, which costs no question
 * to the broker when it has arrived already. @throws LogUnavailable for a position that does not come
 */
export const positionFor = async (log: Log, upTo: number | undefined): Promise<number> => {
  if (upTo === undefined) return log.barrier();
  await log.reached(upTo);
  return upTo;
};
