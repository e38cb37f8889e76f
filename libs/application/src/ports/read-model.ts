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

/** What is asked of Postgres. `at`: log position the answer must include; rejects when the lanes do not get there. */
export abstract class EntityQueries {
  /** Newest first. */
  abstract list(tenant: string, filter: EntityFilter, at: number): Promise<readonly EntityView[]>;

  abstract activeClaims(tenant: string, at: number): Promise<readonly ActiveClaim[]>;
}
