import { addressIn, type ApplyBatch, type LogFeedSource, type RunningFeed } from '@app/messaging';
import type { HealthPart } from '@app/platform';
import { LaneWorker, projectionGroups, ProjectorWork, type LaneWork, type ProjectionGroup } from '@app/read-model';
import type { ProjectorParts } from './projector.parts.js';
import { upkeep } from './upkeep.js';

// Often enough for a load balancer, and free: nothing is asked, only copied.
const REPORT_EVERY_MS = 250;

/** A lane worker whose batches are applied by an event handler; its other hooks stay with the work. */
const viaHandler = (work: ProjectorWork, apply: ApplyBatch): LaneWork => ({
  apply: (tx, batch) => apply(batch, tx),
  committed: () => work.committed(),
  acquired: (lanes, tx) => work.acquired(lanes, tx),
  relevant: (message, address) => work.relevant(message, address),
});

const reporting = (worker: LaneWorker, health: HealthPart): RunningFeed => {
  let timer: NodeJS.Timeout | undefined;
  const report = (): void => {
    const { trouble, joined } = worker.status();
    if (trouble !== undefined) health.waiting(trouble);
    else if (joined) health.ready();
  };
  return {
    start: () => {
      worker.start();
      timer = setInterval(report, REPORT_EVERY_MS);
    },
    stop: async () => {
      clearInterval(timer);
      await worker.stop();
    },
  };
};

/** One worker group of the projector: its work, and where the batches come from. */
export interface ProjectorFeed extends LogFeedSource {
  readonly work: ProjectorWork;
}

const together = (feeds: readonly RunningFeed[]): RunningFeed => ({
  start: () => {
    for (const each of feeds) each.start();
  },
  stop: async () => {
    await Promise.all(feeds.map((each) => each.stop()));
  },
});

const feed = (parts: ProjectorParts, own: ProjectionGroup): ProjectorFeed => {
  const { group, log, lanes, projections } = own;
  const work = new ProjectorWork(projections);
  const health = parts.health.register(`lanes of ${group}`);
  return {
    group,
    work,
    open: (apply) => {
      const worker = new LaneWorker(parts.database, parts[log], viaHandler(work, apply), {
        group,
        address: addressIn[log],
        lanes,
        hints: parts.hints,
        // The log can reproduce every row, and position and rows are lost together.
        synchronousCommit: 'off',
      });
      return together([reporting(worker, health), ...upkeep(parts, own, worker)]);
    },
  };
};

export const projectorFeeds = (parts: ProjectorParts): readonly ProjectorFeed[] =>
  projectionGroups.map((group) => feed(parts, group));
