import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideAppendToStream, type AppendedToStream, type AppendRequest } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log, Offset } from '@app/streams';
import { AppendFailed } from '../../entities/handlers/append-events.handler.js';
import { beforeAnyEnd } from '../../kernel/replay.js';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import type { SentItems } from '../../kernel/to-decision.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { LinkedMeanwhile, SharedStateGuard } from '../shared-state-guard.js';
import { PlainStreamWriter } from '../plain-stream-writer.js';

export interface AppendToStreamAnswer {
  readonly result: AppendedToStream;
  readonly tail: Offset;
}

export class AppendToStreamCommand extends StreamCommand<AppendToStreamAnswer> {
  constructor(
    readonly caller: Caller,
    readonly path: string,
    readonly request: AppendRequest,
    readonly sent: SentItems,
    /** URL of an entity, see SharedStateAccess. */
    readonly owner?: string,
  ) {
    super();
  }

  get target(): string {
    return this.path;
  }
}

@CommandHandler(AppendToStreamCommand)
export class AppendToStreamHandler implements ICommandHandler<AppendToStreamCommand> {
  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly guard: SharedStateGuard,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** @throws AppendFailed */
  execute(command: AppendToStreamCommand): Promise<AppendToStreamAnswer> {
    const { caller, path, request, sent, owner } = command;
    const taken = command.stamped(this.log, this.clock);
    return this.guard.writing(caller, path, owner, (allowed) =>
      this.writer.submit(caller.tenant, path, taken, {
        decide: (view, stored) => {
          const now = stored ? beforeAnyEnd(stored) : taken.now;
          try {
            return allowed(view.state, now, decideAppendToStream(view.state, view, { now, request }));
          } catch (error) {
            throw error instanceof LinkedMeanwhile ? error : new AppendFailed(error as Error, view.closed, view.tail);
          }
        },
        sent,
        producer: request.producer?.id,
      }),
    );
  }
}
