import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  COMPOSER_INPUT,
  decideSendMessage,
  isBypass,
  parsePrincipalUrl,
  type EntityAddress,
  type Json,
  type MessageMode,
} from '@app/domain';
import { present } from '@app/domain/kernel/present.js';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { TypeRegistry } from '../../entity-types/type-registry.js';
import { anything } from '../../kernel/replay.js';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { EntityCommands } from '../entity-commands.js';
import { messageKey } from '../message-key.js';
import { PrincipalEntities } from '../principal-entities.js';
import { Senders, type SenderClaims } from '../sender.js';

export interface MessageRequest {
  /** Undefined is refused by the rules, after what is reported before it. */
  readonly payload: Json | undefined;
  readonly key?: string;
  readonly type?: string;
  readonly mode?: MessageMode;
  readonly position?: string;
}

export class SendMessageCommand extends StreamCommand<{ readonly txid: string }> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly message: MessageRequest,
    readonly sender: SenderClaims,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(SendMessageCommand)
export class SendMessageHandler implements ICommandHandler<SendMessageCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly types: TypeRegistry,
    private readonly principals: PrincipalEntities,
    private readonly senders: Senders,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: SendMessageCommand): Promise<{ readonly txid: string }> {
    const { caller, address, message, sender } = command;
    const taken = command.stamped(this.log, this.clock);
    const { now, id: txid } = taken;
    const wrongSender = await this.senders.check(caller, sender).catch((error: unknown) => error as Error);
    await this.principals.ensure(caller.tenant, caller.principal);
    // Only a declared message type is validated by a schema.
    const typed = message.type !== undefined && message.type !== COMPOSER_INPUT;
    if (typed) await this.types.refresh();
    const { type: messageType, payload, mode, position } = message;
    const key = message.key ?? messageKey(now);
    const asker = parsePrincipalUrl(caller.principal);
    await this.entities.submit(caller, address, 'write', taken, {
      decide: (state, _view, stored) => {
        // A missing entity is reported first; and what was accepted once stays accepted.
        if (wrongSender && !stored) throw wrongSender;
        return decideSendMessage(state, {
          type: 'SendMessage',
          now,
          key,
          txid,
          from: caller.principal,
          fromPrincipal: caller.principal,
          payload,
          mayUpdateIdentity: asker !== undefined && isBypass(asker),
          validate: stored || !typed ? anything : this.types.validateFor(caller.tenant, state),
          ...present({
            fromAgent: sender.fromAgent,
            messageType,
            mode,
            position,
            typeDefault: this.types.dispatchDefaultOf(caller.tenant, state),
          }),
        });
      },
    });
    return { txid };
  }
}
