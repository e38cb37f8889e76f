import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideAppendToStream, type AppendedToStream, type AppendRequest } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log, Offset } from '@app/streams';
import { AppendFailed } from '../../entities/handlers/append-events.handler.js';
import { stamp, type Caller } from '../../kernel/stamp.js';
import type { SentItems } from '../../kernel/to-decision.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { PlainStreamWriter } from '../plain-stream-writer.js';

export interface AppendToStreamAnswer {
  readonly result: AppendedToStream;
  readonly tail: Offset;
}

export class AppendToStreamCommand extends Command<AppendToStreamAnswer> {
  constructor(
    readonly caller: Caller,
    readonly path: string,
    readonly request: AppendRequest,
    readonly sent: SentItems,
  ) {
    super();
  }
}

@CommandHandler(AppendToStreamCommand)
export class AppendToStreamHandler implements ICommandHandler<AppendToStreamCommand> {
  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** @throws AppendFailed */
  async execute({ caller, path, request, sent }: AppendToStreamCommand): Promise<AppendToStreamAnswer> {
    const taken = stamp(this.log, this.clock);
    const { result, tail } = await this.writer.submit(caller.tenant, path, taken, {
      decide: ({ state, ...facts }) => {
        try {
          return decideAppendToStream(state, facts, { now: taken.now, request });
        } catch (error) {
          throw new AppendFailed(error as Error, facts.closed, facts.tail);
        }
      },
      sent,
      producer: request.producer?.id,
    });
    return { result, tail };
  }
}
