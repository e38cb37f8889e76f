import { streamSubject } from '@app/contracts/topology/topology.js';
import type { RunningFeed } from '@app/messaging';
import { Rounds } from '@app/platform';
import { PROJECTOR_GROUP, Purger, trimShapes, type LaneWorker, type ProjectionGroup } from '@app/read-model';
import type { ProjectorParts } from './projector.parts.js';

// A process that is idle beside several brokers leaves about 400 KB of them in that time.
const BARRIERS_EVERY_MS = 60 * 60_000;

const TRIM_EVERY_MS = 60_000;
// Minutes of the highest load, months of a low one; a client that was away longer begins anew.
const KEPT_CHANGES = 1_000_000;

/** Forgets the oldest changes of what clients follow; one worker of the group does. */
const shapeUpkeep = (
  { database, logger }: ProjectorParts,
  { group }: ProjectionGroup,
  worker: LaneWorker,
): RunningFeed =>
  new Rounds(
    TRIM_EVERY_MS,
    async () => {
      if (worker.status().lanes.includes(0)) await trimShapes(database, group, KEPT_CHANGES);
    },
    (error) => logger.warn('old changes of shapes could not be removed', { error }),
  );

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
  shapeUpkeep(parts, group, worker),
  ...(group.group === PROJECTOR_GROUP ? [streamUpkeep(parts, worker)] : []),
];
