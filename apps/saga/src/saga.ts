import { Attachments, listedIn, MembershipStreams, settleStreams } from '@app/application';
import { parseLogSubject } from '@app/contracts/topology/topology.js';
import type { AppLogger, Clock, HealthPart, HealthRegistry } from '@app/platform';
import {
  LaneWaiter,
  LaneWorker,
  type Database,
  type LaneAddress,
  type LaneHints,
  type LaneWorkerStatus,
} from '@app/read-model';
import { StoredManifests } from '@app/runtime';
import { logSubjects } from '@app/runtime/log-subjects.js';
import type { Log } from '@app/streams';
import { NoPeers, type Peers } from '@app/application/ports/peers.js';
import { Deliveries } from './drain/delivery.js';
import { Settlement } from './drain/settlement.js';
import { WakeDrain } from './drain/wake-drain.js';
import { FinishedChildren } from './lane/finished-child.js';
import { WakeLanes } from './lane/wake-lanes.js';
import { MembershipFollower, type FollowerOptions } from './membership/membership-follower.js';
import { pruneIgnored } from './store/ignored-rows.js';
import { attachmentSweeper, type AttachmentSweeperOptions } from './sweep/attachment-sweeper.js';
import { streamSweeper, type SweeperOptions } from './sweep/stream-sweeper.js';
import type { SweepRounds } from './sweep/sweep-rounds.js';

/** Worker group of the saga: its lanes and their positions. */
export const SAGA_GROUP = 'saga';

/** What a process hands to the saga, which starts and stops none of it. */
export interface SagaParts {
  readonly eventLog: Log;
  /** The gateways, one of which owns the stream of a subscriber; absent: none is asked. */
  readonly peers?: Peers;
  readonly database: Database;
  readonly hints: LaneHints;
  readonly clock: Clock;
  readonly logger: AppLogger;
  readonly health?: HealthRegistry;
  /** Milliseconds after which a worker that is gone loses its lanes. */
  readonly leaseMs?: number;
  readonly sweep?: SweeperOptions;
  readonly sweepAttachments?: AttachmentSweeperOptions;
  /** Absent: membership streams are not kept up to date. */
  readonly registryLog?: Log;
  readonly memberships?: FollowerOptions;
}

export interface SagaStatus extends LaneWorkerStatus {
  /** Wakes that are owed and not delivered yet. */
  readonly owed: number;
}

const addressOf = (subject: string): LaneAddress | undefined => {
  const parsed = parseLogSubject(subject);
  return parsed === undefined || parsed.kind === 'grants' ? undefined : parsed;
};

const PRUNE_EVERY_MS = 10 * 60_000;
// Often enough for a load balancer, and free: nothing is asked, only copied.
const REPORT_EVERY_MS = 250;

/**
 * Wakes whoever waits: lanes find out who, the drain tells them. And ends streams whose time is over, if nobody else has.
 * Any number of copies share the lanes.
 */
export class Saga {
  private readonly drain: WakeDrain;
  private readonly worker: LaneWorker;
  /** What it does beside its lanes, for what is in them. */
  private readonly besides: readonly (SweepRounds | MembershipFollower)[];
  private readonly health?: HealthPart;
  private timers: readonly NodeJS.Timeout[] = [];

  constructor(private readonly parts: SagaParts) {
    const { eventLog, peers = new NoPeers(), database, hints, clock, logger, leaseMs } = parts;
    this.health = parts.health?.register(`lanes of ${SAGA_GROUP}`);
    const deliveries = new Deliveries(eventLog, clock, peers);
    this.drain = new WakeDrain(deliveries, new Settlement(database, eventLog, logger), logger);
    const lanes = new WakeLanes(eventLog, new FinishedChildren(eventLog), this.drain, logger);
    this.worker = new LaneWorker(database, eventLog, lanes, {
      group: SAGA_GROUP,
      address: addressOf,
      hints,
      // Every row follows from the log; a power cut rewinds rows and positions together.
      synchronousCommit: 'off',
      ...(leaseMs === undefined ? {} : { leaseMs }),
    });
    const owns = (tenant: string, path: string): boolean => this.worker.owned(tenant, path) !== undefined;
    const common = { database, clock, logger, owns };
    const readLanes = new LaneWaiter(database, hints);
    const manifests = new StoredManifests(database, readLanes);
    const attachments = new Attachments(eventLog, clock, logSubjects, listedIn(eventLog, manifests));
    const { registryLog } = parts;
    const streams = new MembershipStreams(eventLog, clock, logSubjects);
    this.besides = [
      streamSweeper({ ...common, settle: settleStreams(eventLog, clock, logSubjects) }, parts.sweep),
      attachmentSweeper(
        { ...common, settle: (tenant, path) => attachments.settle(tenant, path) },
        parts.sweepAttachments,
      ),
      ...(registryLog
        ? [
            new MembershipFollower(
              { ...common, log: eventLog, registryLog, lanes: readLanes, streams },
              parts.memberships,
            ),
          ]
        : []),
    ];
  }

  start(): void {
    this.worker.start();
    for (const each of this.besides) each.start();
    this.timers = [
      setInterval(() => void this.prune(), PRUNE_EVERY_MS),
      setInterval(() => {
        this.report();
      }, REPORT_EVERY_MS),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.besides.map((each) => each.stop()));
    await this.worker.stop();
    await this.drain.stop();
  }

  status(): SagaStatus {
    return { ...this.worker.status(), owed: this.drain.size };
  }

  private report(): void {
    const { trouble, joined } = this.worker.status();
    if (trouble !== undefined) this.health?.waiting(trouble);
    else if (joined) this.health?.ready();
  }

  private async prune(): Promise<void> {
    try {
      await this.parts.database.transaction(pruneIgnored);
    } catch (error) {
      this.parts.logger.warn('old reasons could not be removed', { error });
    }
  }
}
