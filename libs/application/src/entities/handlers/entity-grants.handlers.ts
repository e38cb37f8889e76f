import { Inject } from '@nestjs/common';
import { CommandHandler, Query, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  decideGiveGrant,
  decideRevokeGrant,
  isUnexpired,
  type AskedEntityGrant,
  type EntityAddress,
  type EntityGrant,
} from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { EntityAccess } from '../../access/entity-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { EntityCommands } from '../entity-commands.js';

export class ListGrantsQuery extends Query<readonly EntityGrant[]> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
  ) {
    super();
  }
}

/** Of the entity itself, by id, without those that have expired. */
@QueryHandler(ListGrantsQuery)
export class ListGrantsHandler implements IQueryHandler<ListGrantsQuery> {
  constructor(
    private readonly access: EntityAccess,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, address }: ListGrantsQuery): Promise<readonly EntityGrant[]> {
    const { entity } = await this.access.require(caller, address, 'manage');
    const now = this.clock.now();
    return (entity.cold.grants ?? []).filter((grant) => isUnexpired(grant, now)).sort((a, b) => a.id - b.id);
  }
}

export class GiveGrantCommand extends StreamCommand<EntityGrant> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly grant: AskedEntityGrant,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(GiveGrantCommand)
export class GiveGrantHandler implements ICommandHandler<GiveGrantCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: GiveGrantCommand): Promise<EntityGrant> {
    const { caller, address, grant } = command;
    const taken = command.stamped(this.log, this.clock);
    const { now, id: commandId } = taken;
    const { result } = await this.entities.submit(caller, address, 'manage', taken, {
      decide: (state, _view, stored) =>
        decideGiveGrant(state, {
          type: 'GiveGrant',
          now: stored?.at ?? now,
          commandId,
          by: caller.principal,
          grant,
        }),
    });
    return result.grant;
  }
}

export class RevokeGrantCommand extends StreamCommand<void> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly id: number,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(RevokeGrantCommand)
export class RevokeGrantHandler implements ICommandHandler<RevokeGrantCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: RevokeGrantCommand): Promise<void> {
    const { caller, address, id } = command;
    const taken = command.stamped(this.log, this.clock);
    const { now } = taken;
    await this.entities.submit(caller, address, 'manage', taken, {
      // What was revoked once was there.
      decide: (state, _view, stored) => decideRevokeGrant(state, { type: 'RevokeGrant', now: stored ? 0 : now, id }),
    });
  }
}
