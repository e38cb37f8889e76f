import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DomainError } from '@app/domain';
import type { EntityTypeDocument } from '@app/domain/entity-type/entity-type.document.js';
import type { Caller } from '../../kernel/stamp.js';
import { TypeRegistry } from '../type-registry.js';

export class GetTypeQuery extends Query<EntityTypeDocument> {
  constructor(
    readonly caller: Caller,
    readonly name: string,
  ) {
    super();
  }
}

@QueryHandler(GetTypeQuery)
export class GetTypeHandler implements IQueryHandler<GetTypeQuery> {
  constructor(private readonly types: TypeRegistry) {}

  async execute({ caller: { tenant }, name }: GetTypeQuery): Promise<EntityTypeDocument> {
    const type = await this.types.current(tenant, name);
    if (type === undefined) throw new DomainError('NOT_FOUND', `there is no entity type "${name}"`);
    return type.document;
  }
}

export class ListTypesQuery extends Query<readonly EntityTypeDocument[]> {
  constructor(readonly caller: Caller) {
    super();
  }
}

@QueryHandler(ListTypesQuery)
export class ListTypesHandler implements IQueryHandler<ListTypesQuery> {
  constructor(private readonly types: TypeRegistry) {}

  async execute({ caller: { tenant } }: ListTypesQuery): Promise<readonly EntityTypeDocument[]> {
    return (await this.types.list(tenant)).map(({ document }) => document);
  }
}
