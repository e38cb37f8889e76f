import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { Caller } from '../kernel/stamp.js';
import { StreamCommand } from '../kernel/stream-command.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { deliverWake, type SentWake } from './deliver-wake.js';

/** Comes from the saga. */
export class DeliverWakeCommand extends StreamCommand<void> {
  constructor(readonly delivery: SentWake) {
    super();
  }

  get caller(): Caller {
    return { tenant: this.delivery.tenant, principal: '' };
  }

  get target(): string {
    return this.delivery.path;
  }
}

@CommandHandler(DeliverWakeCommand)
export class DeliverWakeHandler implements ICommandHandler<DeliverWakeCommand> {
  constructor(
    private readonly subjects: Subjects,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: DeliverWakeCommand): Promise<void> {
    const { tenant, path, item } = command.delivery;
    await deliverWake(this.log, {
      ...command.stamped(this.log, this.clock),
      subject: this.subjects.stream(tenant, path),
      item,
    });
  }
}
