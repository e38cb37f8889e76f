import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  inheritedUntil,
  NEVER,
  ownUntil,
  parseEntityUrl,
  type Asker,
  type EntityAddress,
  type EntityPermission,
  type SpawnedEntity,
} from '@app/domain';
import { Clock } from '@app/platform';
import { askerAt } from './asker.js';
import { EntityReader, type ReadEntity } from '../entities/entity-reader.js';
import { EntityWriter } from '../entities/entity-writer.js';
import type { Caller } from '../kernel/stamp.js';
import { mayNot } from './may-not.js';

// Who was let in by a grant further up will be again: their ancestors are looked at before they are asked for.
const KEPT_LINEAGES = 20_000;

/** The entity's own state does not let the caller do it; an ancestor's might. */
export class AskAncestors extends Error {
  override readonly name = 'AskAncestors';
  constructor(readonly ancestors: readonly string[]) {
    super('the grants of the ancestors decide');
  }
}

/** Who may do what with an entity; everything as of a barrier taken after the call began, without any database. */
@Injectable()
export class EntityAccess {
  private readonly lineages = new LRUCache<string, readonly string[]>({ max: KEPT_LINEAGES });

  constructor(
    private readonly writer: EntityWriter,
    private readonly reader: EntityReader,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND or UNKNOWN_ENTITY_TYPE without the entity, then UNAUTHORIZED */
  async require(caller: Caller, address: EntityAddress, permission: EntityPermission): Promise<ReadEntity> {
    const read = await this.reader.require(caller.tenant, address);
    await this.check(caller, permission, read.entity, address.url);
    return read;
  }

  /** @throws DomainError UNAUTHORIZED */
  async check(caller: Caller, permission: EntityPermission, entity: SpawnedEntity, url: string): Promise<void> {
    if ((await this.until(caller, permission, entity)) <= NEVER) throw mayNot(permission, url);
  }

  /** Until when, if no grant changes; NEVER, or Infinity. */
  async until(
    { tenant, principal }: Caller,
    permission: EntityPermission,
    { cold }: Pick<SpawnedEntity, 'cold'>,
  ): Promise<number> {
    const asker = askerAt(principal);
    const own = ownUntil(asker, permission, cold, this.clock.now());
    return own > NEVER ? own : this.inherited(tenant, asker, permission, cold.ancestors);
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
  ): Promise<number> {
    if (ancestors.length === 0) return NEVER;
    const loaded = await Promise.all(ancestors.map((url) => this.writer.load(tenant, parseEntityUrl(url))));
    const now = this.clock.now();
    return Math.max(
      ...loaded.map(({ state }) =>
        state.situation === 'absent' ? NEVER : inheritedUntil(asker, permission, state.cold, now),
      ),
    );
  }
}
