import { Injectable } from '@nestjs/common';
import { ownUntil, type EntityAddress, type EntityPermission, type EntityState, type SpawnedEntity } from '@app/domain';
import { askerAt } from '../access/asker.js';
import { AskAncestors, EntityAccess } from '../access/entity-access.js';
import { mayNot } from '../access/may-not.js';
import { RevisionAway } from '../entity-types/old-revisions.js';
import { TypeRegistry } from '../entity-types/type-registry.js';
import type { Caller, Stamp } from '../kernel/stamp.js';
import { EntityReader } from './entity-reader.js';
import { EntityWriter, type EntityWrite, type Written } from './entity-writer.js';
import { PrincipalEntities } from './principal-entities.js';

/** The entity was not there when its rules were asked; what the client is told depends on its type as well. */
class EntityMissing extends Error {
  override readonly name = 'EntityMissing';
}

/** `token`: whoever commands it proves with a token that he may, which the rules of the entity look at. */
export type Needed = EntityPermission | 'token';

type Gate = (state: SpawnedEntity) => void;

/** A command to an entity that must exist, from somebody who must be allowed to give it. */
@Injectable()
export class EntityCommands {
  constructor(
    private readonly writer: EntityWriter,
    private readonly reader: EntityReader,
    private readonly access: EntityAccess,
    private readonly principals: PrincipalEntities,
    private readonly types: TypeRegistry,
  ) {}

  /** @throws DomainError NOT_FOUND or UNKNOWN_ENTITY_TYPE without the entity, UNAUTHORIZED, then what the rules refuse */
  async submit<Result>(
    caller: Caller,
    address: EntityAddress,
    needed: Needed,
    taken: Stamp,
    write: EntityWrite<Result>,
  ): Promise<Written<Result>> {
    await this.principals.ensureAddressed(caller.tenant, address);
    if (needed === 'token') return this.gated(caller, address, () => undefined, taken, write);
    const { url } = address;
    const known = await this.access.known(caller, url, needed);
    try {
      return await this.gated(caller, address, this.gate(caller, url, needed, taken.now, known), taken, write);
    } catch (error) {
      if (!(error instanceof AskAncestors)) throw error;
      const inherited = await this.access.ask(caller, url, needed, error);
      return this.gated(caller, address, this.gate(caller, url, needed, taken.now, inherited), taken, write);
    }
  }

  /** Decided together with the command, on the very state it is decided on. */
  private gate(
    { principal }: Caller,
    url: string,
    needed: EntityPermission,
    now: number,
    inherited: boolean | undefined,
  ): Gate {
    return ({ cold }) => {
      if (inherited === true || cold.createdBy === principal) return;
      if (ownUntil(askerAt(principal), needed, cold, now) > now) return;
      if (inherited === undefined && cold.ancestors.length > 0) throw new AskAncestors(cold.ancestors);
      throw mayNot(needed, url);
    };
  }

  private async gated<Result>(
    caller: Caller,
    address: EntityAddress,
    gate: Gate,
    taken: Stamp,
    write: EntityWrite<Result>,
  ): Promise<Written<Result>> {
    const { tenant } = caller;
    const { decide, ...rest } = write;
    const existing = (state: EntityState): SpawnedEntity => {
      if (state.situation === 'absent') throw new EntityMissing();
      return state;
    };
    try {
      return await this.writer.submit(tenant, address, taken, {
        ...rest,
        decide: (state, view, stored) => {
          const entity = existing(state);
          // What was accepted before stays accepted.
          if (stored === undefined) gate(entity);
          return decide(state, view, stored);
        },
      });
    } catch (error) {
      if (error instanceof RevisionAway)
        return this.types.holding(error, () => this.gated(caller, address, gate, taken, write));
      throw error instanceof EntityMissing ? await this.reader.missing(tenant, address) : error;
    }
  }
}
