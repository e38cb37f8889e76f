import { Command, CommandHandler, Query, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isUnexpired, type AskedTypeGrant, type TypeGrant } from '@app/domain';
import { Clock } from '@app/platform';
import { TypeAccess, typeGate } from '../../access/type-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { TypeWriter } from '../type-writer.js';

export class ListTypeGrantsQuery extends Query<readonly TypeGrant[]> {
  constructor(
    readonly caller: Caller,
    readonly name: string,
  ) {
    super();
  }
}

/** By id, without those that have expired. */
@QueryHandler(ListTypeGrantsQuery)
export class ListTypeGrantsHandler implements IQueryHandler<ListTypeGrantsQuery> {
  constructor(
    private readonly access: TypeAccess,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, name }: ListTypeGrantsQuery): Promise<readonly TypeGrant[]> {
    const { grants } = await this.access.require(caller, name, 'manage');
    const now = this.clock.now();
    return grants.filter((grant) => isUnexpired(grant, now)).sort((a, b) => a.id - b.id);
  }
}

export class GrantTypeCommand extends Command<TypeGrant> {
  constructor(
    readonly caller: Caller,
    readonly name: string,
    readonly grant: AskedTypeGrant,
  ) {
    super();
  }
}

@CommandHandler(GrantTypeCommand)
export class GrantTypeHandler implements ICommandHandler<GrantTypeCommand> {
  constructor(private readonly writer: TypeWriter) {}

  async execute({ caller, name, grant }: GrantTypeCommand): Promise<TypeGrant> {
    const { principal } = caller;
    const result = await this.writer.submit(
      caller,
      name,
      (now, commandId) => ({ type: 'GrantType', by: { now, by: principal, commandId }, grant }),
      typeGate(caller, 'manage'),
    );
    if (result.kind !== 'granted') throw new Error('a grant grants');
    return result.grant;
  }
}

export class RevokeTypeGrantCommand extends Command<void> {
  constructor(
    readonly caller: Caller,
    readonly name: string,
    readonly id: number,
  ) {
    super();
  }
}

@CommandHandler(RevokeTypeGrantCommand)
export class RevokeTypeGrantHandler implements ICommandHandler<RevokeTypeGrantCommand> {
  constructor(private readonly writer: TypeWriter) {}

  async execute({ caller, name, id }: RevokeTypeGrantCommand): Promise<void> {
    await this.writer.submit(caller, name, (now) => ({ type: 'RevokeTypeGrant', now, id }), typeGate(caller, 'manage'));
  }
}
