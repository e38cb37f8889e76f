import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EntityAddress } from '@app/domain';
import type { Caller } from '../../kernel/stamp.js';
import { EntityReader } from '../entity-reader.js';

/** Rejects as every command to a missing entity does. */
export class RequireEntityQuery extends Query<void> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
  ) {
    super();
  }
}

@QueryHandler(RequireEntityQuery)
export class RequireEntityHandler implements IQueryHandler<RequireEntityQuery> {
  constructor(private readonly reader: EntityReader) {}

  async execute({ caller: { tenant }, address }: RequireEntityQuery): Promise<void> {
    await this.reader.require(tenant, address);
  }
}
