import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideAppendEvents, type AppendRequest, type AppendResult, type EntityAddress, type Json } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log, Offset } from '@app/streams';
import { WriteTokens } from '../../claims/write-token.js';
import { RevisionAway } from '../../entity-types/old-revisions.js';
import { TypeRegistry } from '../../entity-types/type-registry.js';
import { anything } from '../../kernel/replay.js';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import type { SentItems } from '../../kernel/to-decision.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { EntityCommands } from '../entity-commands.js';

export interface EventsBody extends SentItems {
  /** Parsed, one level flattened, for validation only. */
  readonly values: readonly Json[];
}

export interface AppendAnswer {
  readonly result: AppendResult;
  /** Tail after this append; undefined for a duplicate. */
  readonly offset: Offset | undefined;
}

/** A refused append; what the protocol of streams tells about the stream besides the refusal. */
export class AppendFailed extends Error {
  override readonly name = 'AppendFailed';

  constructor(
    override readonly cause: Error,
    readonly closed: boolean,
    readonly tail: Offset,
  ) {
    super(cause.message, { cause });
  }
}

export class AppendEventsCommand extends StreamCommand<AppendAnswer> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly token: string | undefined,
    readonly request: AppendRequest,
    readonly body: EventsBody,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

/** The agent's own writes: the busiest path of all. */
@CommandHandler(AppendEventsCommand)
export class AppendEventsHandler implements ICommandHandler<AppendEventsCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly types: TypeRegistry,
    private readonly tokens: WriteTokens,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: AppendEventsCommand): Promise<AppendAnswer> {
    const { caller, address, token, request, body } = command;
    const taken = command.stamped(this.log, this.clock);
    const [epoch] = await Promise.all([this.epoch(caller, address, token), this.types.refresh()]);
    const { result, committed } = await this.entities.submit(caller, address, 'token', taken, {
      decide: (state, view, stored) => {
        try {
          return decideAppendEvents(state, {
            type: 'AppendEvents',
            now: taken.now,
            epoch,
            facts: view,
            request,
            body: body.values,
            validate: stored ? anything : this.types.validateFor(caller.tenant, state),
          });
        } catch (error) {
          throw error instanceof RevisionAway ? error : new AppendFailed(error as Error, view.closed, view.tail);
        }
      },
      sent: body,
      producer: request.producer?.id,
    });
    return { result, offset: committed[0]?.offset };
  }

  private async epoch({ tenant }: Caller, { mainPath }: EntityAddress, token?: string): Promise<number | undefined> {
    const grant = token === undefined ? undefined : await this.tokens.verify(token);
    return grant?.tenant === tenant && grant.path === mainPath ? grant.epoch : undefined;
  }
}
