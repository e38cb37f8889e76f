import type { Asker } from '@app/domain';
import type { EntityView } from '../entities/entity-view.js';

export interface EntityFilter {
  readonly type?: string;
  readonly status?: string;
  readonly parent?: string;
  readonly createdBy?: string;
}

/** An entity whose claim was active when the projection looked. */
export interface ActiveClaim {
  readonly path: string;
  readonly epoch: number;
  readonly leaseMs: number;
}

/** Who reads, and when in milliseconds since 1970. */
export interface ReaderNow {
  readonly asker: Asker;
  readonly now: number;
}

/** What is asked of Postgres. `at`: log position the answer must include; rejects when the lanes do not get there. */
export abstract class EntityQueries {
  /** Newest first, those the asker may read at this moment. */
  abstract list(tenant: string, filter: EntityFilter, reader: ReaderNow, at: number): Promise<readonly EntityView[]>;

  abstract activeClaims(tenant: string, at: number): Promise<readonly ActiveClaim[]>;
}
