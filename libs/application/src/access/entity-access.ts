import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  inheritedUntil,
  NEVER,
  ownUntil,
  type Asker,
  type EntityAddress,
  type EntityPermission,
  type SpawnedEntity,
} from '@app/domain';
import { Clock } from '@app/platform';
import type { Moment } from '@app/streams';
import { askerAt } from './asker.js';
import { EntityReader, type ReadEntity } from '../entities/entity-reader.js';
import { EntityWriter } from '../entities/entity-writer.js';
import type { Caller } from '../kernel/stamp.js';
import { mayNot } from './may-not.js';

// Who was let in by a grant further up will be again: their ancestors are looked at before they are asked for.
const KEPT_LINEAGES = 20_000;
// Clients choose the names of principals and entities, and how deep they nest them.
const KEPT_LINEAGE_BYTES = 16 * 1024 * 1024;
const OVERHEAD_BYTES = 256;
const BYTES_PER_ANCESTOR = 32;

const bytesOf = (ancestors: readonly string[], key: string): number =>
  ancestors.reduce((sum, url) => sum + url.length + BYTES_PER_ANCESTOR, key.length + OVERHEAD_BYTES);

/** The entity's own state does not let the caller do it; an ancestor's might. */
export class AskAncestors extends Error {
  override readonly name = 'AskAncestors';
  constructor(readonly ancestors: readonly string[]) {
    super('the grants of the ancestors decide');
  }
}

/** An entity, and a moment before it was loaded: its ancestors are wanted as of then or later. */
export interface Checked {
  readonly entity: Pick<SpawnedEntity, 'cold'>;
  readonly since: Moment;
}

/** Of an ancestor, whose URL was found to be one when its descendant was spawned. */
export const mainOf = (url: string): Pick<EntityAddress, 'mainPath'> => ({ mainPath: `${url.slice(1)}/main` });

/** Who may do what with an entity; everything as of a barrier taken after the call began, without any database. */
@Injectable()
export class EntityAccess {
  private readonly lineages = new LRUCache<string, readonly string[]>({
    max: KEPT_LINEAGES,
    maxSize: KEPT_LINEAGE_BYTES,
    sizeCalculation: bytesOf,
  });

  constructor(
    private readonly writer: EntityWriter,
    private readonly reader: EntityReader,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND or UNKNOWN_ENTITY_TYPE without the entity, then UNAUTHORIZED */
  async require(caller: Caller, address: EntityAddress, permission: EntityPermission): Promise<ReadEntity & Checked> {
    const since = this.writer.moment();
    const { entity, incarnation } = await this.reader.require(caller.tenant, address);
    await this.check(caller, permission, { entity, url: address.url, since });
    return { entity, incarnation, since };
  }

  /** @throws DomainError UNAUTHORIZED */
  async check(
    caller: Caller,
    permission: EntityPermission,
    checked: Checked & { readonly url: string },
  ): Promise<void> {
    if ((await this.until(caller, permission, checked)) <= NEVER) throw mayNot(permission, checked.url);
  }

  /** Until when, if no grant changes; NEVER, or Infinity. */
  async until(
    { tenant, principal }: Caller,
    permission: EntityPermission,
    { entity: { cold }, since }: Checked,
  ): Promise<number> {
    const asker = askerAt(principal);
    const own = ownUntil(asker, permission, cold, this.clock.now());
    return own > NEVER ? own : this.inherited(tenant, asker, permission, cold.ancestors, since);
  }

  /** For a decision, which cannot wait: what is already known of the ancestors of the entity. */
  async known({ tenant, principal }: Caller, url: string, permission: EntityPermission): Promise<boolean | undefined> {
    const ancestors = this.lineages.get(`${tenant} ${principal} ${url}`);
    return ancestors && (await this.inherited(tenant, askerAt(principal), permission, ancestors)) > NEVER;
  }

  /** Answers what a decision could not. */
  async ask(
    { tenant, principal }: Caller,
    url: string,
    permission: EntityPermission,
    { ancestors }: AskAncestors,
  ): Promise<boolean> {
    const may = (await this.inherited(tenant, askerAt(principal), permission, ancestors)) > NEVER;
    if (may) this.lineages.set(`${tenant} ${principal} ${url}`, ancestors);
    return may;
  }

  private async inherited(
    tenant: string,
    asker: Asker | undefined,
    permission: EntityPermission,
    ancestors: readonly string[],
    since?: Moment,
  ): Promise<number> {
    if (ancestors.length === 0) return NEVER;
    // One barrier for all of them.
    const asOf = since ?? (await this.writer.confirmed());
    const loaded = await Promise.all(ancestors.map((url) => this.writer.load(tenant, mainOf(url), asOf)));
    const now = this.clock.now();
    return Math.max(
      ...loaded.map(({ state }) =>
        state.situation === 'absent' ? NEVER : inheritedUntil(asker, permission, state.cold, now),
      ),
    );
  }
}
