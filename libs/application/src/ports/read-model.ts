import type { Asker } from '@app/domain';
import type { EntityView } from '../entities/entity-view.js';

export interface EntityFilter {
  readonly type?: string;
  readonly status?: string;
  readonly parent?: string;
  readonly createdBy?: string;
  /** All of them. */
  readonly tags?: readonly (readonly [key: string, value: string])[];
}

export type EntitySort = 'created_at' | 'updated_at' | 'url';

/** The last entity of a page; the next one begins after it. `value`: of the column sorted by, none by URL. */
export interface EntityPlace {
  readonly value?: number;
  readonly url: string;
}

export interface EntityListing extends EntityFilter {
  readonly sort: { readonly by: EntitySort; readonly descending: boolean };
  readonly after?: EntityPlace;
  /** Absent: all. */
  readonly limit?: number;
}

/** An entity, and how many levels it is below the one that was asked about. */
export type Descendant = EntityView & { readonly depth: number };

export interface TreePlace {
  readonly depth: number;
  readonly createdAt: number;
  readonly url: string;
}

export interface TreeRequest {
  /** Levels; 1: the children. */
  readonly depth: number;
  readonly limit: number;
  readonly after?: TreePlace;
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

/** Entities as they are sent: their JSON texts, joined by commas, in one piece or more. */
export interface EntityPage {
  readonly json: readonly string[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: EntityPlace | undefined;
}

/** What is asked of Postgres. `at`: log position the answer must include; rejects when the lanes do not get there. */
export abstract class EntityQueries {
  /** Those the asker may read at this moment. */
  abstract page(tenant: string, listing: EntityListing, reader: ReaderNow, at: number): Promise<EntityPage>;

  /** Their URLs. */
  abstract urls(tenant: string, listing: EntityListing, reader: ReaderNow, at: number): Promise<readonly string[]>;

  /** How many of them there are. */
  abstract count(tenant: string, filter: EntityFilter, reader: ReaderNow, at: number): Promise<number>;

  /** Of those, what descends from an entity: level by level, oldest first. */
  abstract tree(
    tenant: string,
    url: string,
    request: TreeRequest,
    reader: ReaderNow,
    at: number,
  ): Promise<readonly Descendant[]>;

  abstract activeClaims(tenant: string, at: number): Promise<readonly ActiveClaim[]>;
}
