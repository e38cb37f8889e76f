import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EntityAddress } from '@app/domain';
import type { Caller } from '../../kernel/stamp.js';
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
  constructor(private readonly reader: EntityReader) {}

  async execute({ caller: { tenant }, address }: GetEntityQuery): Promise<EntityView> {
    return this.reader.view(tenant, address, await this.reader.require(tenant, address));
  }
}
