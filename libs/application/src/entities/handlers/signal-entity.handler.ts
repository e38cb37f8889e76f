import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomBytes } from 'node:crypto';
import { decideSignal, type EntityAddress, type EntityStatus, type Json, type SignalName } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { EntityCommands } from '../entity-commands.js';

export interface SignalRequest {
  readonly signal: SignalName;
  readonly reason?: string;
  readonly payload?: Json;
}

export interface SignalAnswer {
  readonly url: string;
  readonly signal: SignalName;
  readonly previous_state: EntityStatus;
  readonly new_state: EntityStatus;
  readonly created_at: number;
  readonly txid: number;
}

export class SignalEntityCommand extends StreamCommand<SignalAnswer> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly request: SignalRequest,
    /** Whoever deletes an entity kills it. */
    readonly needed: 'signal' | 'delete' = 'signal',
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(SignalEntityCommand)
export class SignalEntityHandler implements ICommandHandler<SignalEntityCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: SignalEntityCommand): Promise<SignalAnswer> {
    const { caller, address, request, needed } = command;
    const taken = command.stamped(this.log, this.clock);
    const { now, id: txid } = taken;
    const key = `sig-${String(now)}-${randomBytes(4).toString('hex')}`;
    let at = now;
    const { result, committed } = await this.entities.submit(caller, address, needed, taken, {
      decide: (state, _view, stored) => {
        at = stored?.at ?? now;
        return decideSignal(state, { type: 'Signal', now: at, key, txid, ...request });
      },
    });
    return {
      url: address.url,
      signal: request.signal,
      previous_state: result.previousState,
      new_state: result.newState,
      created_at: at,
      txid: committed[0]?.seq ?? 0,
    };
  }
}
