import type { AppLogger, HealthRegistry } from '@app/platform';
import type { Database, LaneHints } from '@app/read-model';
import type { Log } from '@app/streams';

/** What a process hands to the projector; it starts and stops none of it. */
export interface ProjectorParts {
  readonly database: Database;
  readonly eventLog: Log;
  readonly registryLog: Log;
  readonly hints: LaneHints;
  readonly health: HealthRegistry;
  readonly logger: AppLogger;
}
