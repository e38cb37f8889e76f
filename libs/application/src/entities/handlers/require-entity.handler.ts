import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EntityAddress, EntityPermission } from '@app/domain';
import { EntityAccess } from '../../access/entity-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { EntityReader } from '../entity-reader.js';

/** Rejects as every command to a missing entity does; with `needed` also as one that is not for the caller. */
export class RequireEntityQuery extends Query<void> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly needed?: EntityPermission,
  ) {
    super();
  }
}

@QueryHandler(RequireEntityQuery)
export class RequireEntityHandler implements IQueryHandler<RequireEntityQuery> {
  constructor(
    private readonly reader: EntityReader,
    private readonly access: EntityAccess,
  ) {}

  async execute({ caller, address, needed }: RequireEntityQuery): Promise<void> {
    if (needed === undefined) await this.reader.require(caller.tenant, address);
    else await this.access.require(caller, address, needed);
  }
}
