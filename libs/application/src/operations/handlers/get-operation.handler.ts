import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DomainError } from '@app/domain';
import type { Caller } from '../../kernel/stamp.js';
import { OperationStore } from '../operation-store.js';
import { maySeeOperation, operationView, type OperationView } from '../operation-view.js';

export class GetOperationQuery extends Query<OperationView> {
  constructor(
    readonly caller: Caller,
    readonly id: string,
  ) {
    super();
  }
}

/** As of now. */
@QueryHandler(GetOperationQuery)
export class GetOperationHandler implements IQueryHandler<GetOperationQuery> {
  constructor(private readonly store: OperationStore) {}

  async execute({ caller, id }: GetOperationQuery): Promise<OperationView> {
    const { operation } = await this.store.load(caller.tenant, id);
    if (!maySeeOperation(caller, operation)) throw new DomainError('NOT_FOUND', 'there is no such operation');
    return operationView(id, operation);
  }
}
