import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideDeleteMessage, decideEditMessage, type EditMessage, type EntityAddress } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { EntityCommands } from '../entity-commands.js';

export type MessageChange = Pick<EditMessage, 'payload' | 'position' | 'mode' | 'status'>;

/** `change` undefined: the message is deleted. */
export class ChangeMessageCommand extends StreamCommand<{ readonly txid: string }> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly key: string,
    readonly change: MessageChange | undefined,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(ChangeMessageCommand)
export class ChangeMessageHandler implements ICommandHandler<ChangeMessageCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: ChangeMessageCommand): Promise<{ readonly txid: string }> {
    const { caller, address, key, change } = command;
    const taken = command.stamped(this.log, this.clock);
    const { now, id: txid } = taken;
    await this.entities.submit(caller, address, 'write', taken, {
      decide: (state) =>
        change === undefined
          ? decideDeleteMessage(state, { type: 'DeleteMessage', key, txid })
          : decideEditMessage(state, { type: 'EditMessage', now, key, txid, ...change }),
    });
    return { txid };
  }
}
