import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DomainError, type TypePermission } from '@app/domain';
import type { EntityTypeDocument } from '@app/domain/entity-type/entity-type.document.js';
import { Clock } from '@app/platform';
import { mayUseType, TypeAccess } from '../../access/type-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { TypeRegistry } from '../type-registry.js';

export class GetTypeQuery extends Query<EntityTypeDocument> {
  constructor(
    readonly caller: Caller,
    readonly name: string,
    /** Without it the type is merely asked for by the server itself. */
    readonly needed?: TypePermission,
  ) {
    super();
  }
}

@QueryHandler(GetTypeQuery)
export class GetTypeHandler implements IQueryHandler<GetTypeQuery> {
  constructor(
    private readonly types: TypeRegistry,
    private readonly access: TypeAccess,
  ) {}

  async execute({ caller, name, needed }: GetTypeQuery): Promise<EntityTypeDocument> {
    if (needed !== undefined) return (await this.access.require(caller, name, needed)).document;
    const { tenant } = caller;
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
  constructor(
    private readonly types: TypeRegistry,
    private readonly clock: Clock,
  ) {}

  /** Those the caller may spawn. */
  async execute({ caller: { tenant, principal } }: ListTypesQuery): Promise<readonly EntityTypeDocument[]> {
    const now = this.clock.now();
    const types = await this.types.list(tenant);
    return types.filter((type) => mayUseType(principal, 'spawn', type, now)).map(({ document }) => document);
  }
}
