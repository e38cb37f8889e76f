import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EntityAddress } from '@app/domain';
import type { Caller } from '../../kernel/stamp.js';
import { EntityAccess } from '../../access/entity-access.js';
import { EntityReader } from '../entity-reader.js';
import type { EntityView } from '../entity-view.js';

export class GetEntityQuery extends Query<EntityView> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
  ) {
    super();
  }
}

@QueryHandler(GetEntityQuery)
export class GetEntityHandler implements IQueryHandler<GetEntityQuery> {
  constructor(
    private readonly reader: EntityReader,
    private readonly access: EntityAccess,
  ) {}

  async execute({ caller, address }: GetEntityQuery): Promise<EntityView> {
    return this.reader.view(caller.tenant, address, await this.access.require(caller, address, 'read'));
  }
}
