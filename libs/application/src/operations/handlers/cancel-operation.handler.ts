import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideCancelOperation, DomainError } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { stamp, type Caller } from '../../kernel/stamp.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { OperationStore } from '../operation-store.js';
import { maySeeOperation, operationView, type OperationView } from '../operation-view.js';

export class CancelOperationCommand extends Command<OperationView> {
  constructor(
    readonly caller: Caller,
    readonly id: string,
  ) {
    super();
  }
}

/** What is under way is finished; nothing more is begun. */
@CommandHandler(CancelOperationCommand)
export class CancelOperationHandler implements ICommandHandler<CancelOperationCommand> {
  constructor(
    private readonly store: OperationStore,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute({ caller, id }: CancelOperationCommand): Promise<OperationView> {
    const taken = stamp(this.log, this.clock, caller.attempt);
    const { state } = await this.store.submit(caller.tenant, id, taken, (before, stored) => {
      if (before.situation === 'present' && !maySeeOperation(caller, before))
        throw new DomainError('NOT_FOUND', 'there is no such operation');
      return decideCancelOperation(before, { id, now: stored?.at ?? taken.now });
    });
    if (state.situation === 'absent') throw new Error('an operation that was found cannot be absent');
    return operationView(id, state);
  }
}
