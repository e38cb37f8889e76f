import { streamSubject } from '@app/contracts';
import type { RunningFeed } from '@app/messaging';
import { Rounds } from '@app/platform';
import { PROJECTOR_GROUP, Purger, type LaneWorker, type ProjectionGroup } from '@app/read-model';
import type { ProjectorParts } from './projector.parts.js';

// A process that is idle beside several brokers leaves about 400 KB of them in that time.
const BARRIERS_EVERY_MS = 60 * 60_000;

/** Gives back the room of barriers; one worker of the group does. */
const barrierUpkeep = (
  { logger, ...parts }: ProjectorParts,
  { log }: ProjectionGroup,
  worker: LaneWorker,
): RunningFeed =>
  new Rounds(
    BARRIERS_EVERY_MS,
    async () => {
      if (worker.status().lanes.includes(0)) await parts[log].purgeBarriers();
    },
    (error) => logger.warn('old barriers could not be removed', { error }),
  );

const streamUpkeep = ({ database, eventLog, logger }: ProjectorParts, worker: LaneWorker): RunningFeed =>
  new Purger({
    db: database,
    log: eventLog,
    worker,
    subject: streamSubject,
    onTrouble: (error) => logger.warn('streams that are over still take room', { error }),
  });

/** What a worker group does beside its lanes: it gives back the room of what is over. */
export const upkeep = (parts: ProjectorParts, group: ProjectionGroup, worker: LaneWorker): readonly RunningFeed[] => [
  barrierUpkeep(parts, group, worker),
  ...(group.group === PROJECTOR_GROUP ? [streamUpkeep(parts, worker)] : []),
];
