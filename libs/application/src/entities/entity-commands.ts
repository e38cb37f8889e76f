import { Injectable } from '@nestjs/common';
import type { EntityAddress } from '@app/domain';
import type { Caller, Stamp } from '../kernel/stamp.js';
import { EntityReader } from './entity-reader.js';
import { EntityWriter, type EntityWrite, type Written } from './entity-writer.js';
import { PrincipalEntities } from './principal-entities.js';

/** The entity was not there when its rules were asked; what the client is told depends on its type as well. */
class EntityMissing extends Error {
  override readonly name = 'EntityMissing';
}

/** A command to an entity that must exist. */
@Injectable()
export class EntityCommands {
  constructor(
    private readonly writer: EntityWriter,
    private readonly reader: EntityReader,
    private readonly principals: PrincipalEntities,
  ) {}

  /** @throws DomainError what the rules refuse; NOT_FOUND or UNKNOWN_ENTITY_TYPE without the entity */
  async submit<Result>(
    { tenant }: Caller,
    address: EntityAddress,
    taken: Stamp,
    { decide, sent }: EntityWrite<Result>,
  ): Promise<Written<Result>> {
    await this.principals.ensureAddressed(tenant, address);
    try {
      return await this.writer.submit(tenant, address, taken, {
        decide: (state, view, stored) => {
          if (state.situation === 'absent') throw new EntityMissing();
          return decide(state, view, stored);
        },
        ...(sent === undefined ? {} : { sent }),
      });
    } catch (error) {
      throw error instanceof EntityMissing ? await this.reader.missing(tenant, address) : error;
    }
  }

  /** A request that is wrong anyway: but a missing entity is reported first. */
  async refuse(caller: Caller, address: EntityAddress, error: Error): Promise<never> {
    await this.reader.require(caller.tenant, address);
    throw error;
  }
}
