import { LanesBehind, ProjectionRebuilding } from '@app/read-model';
import { LogUnavailable } from '@app/streams';

/** What is not there yet becomes "come back soon"; everything else stays what it is. */
export const orUnavailable = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof LanesBehind || cause instanceof ProjectionRebuilding)
      throw new LogUnavailable(cause.message, { cause });
    throw cause;
  }
};
