import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideDelete } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { PlainStreamWriter } from '../plain-stream-writer.js';
import { PlainStreams } from '../plain-streams.js';

export class DeleteStreamCommand extends StreamCommand<void> {
  constructor(
    readonly caller: Caller,
    readonly path: string,
  ) {
    super();
  }

  get target(): string {
    return this.path;
  }
}

@CommandHandler(DeleteStreamCommand)
export class DeleteStreamHandler implements ICommandHandler<DeleteStreamCommand> {
  constructor(
    private readonly writer: PlainStreamWriter,
    private readonly streams: PlainStreams,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: DeleteStreamCommand): Promise<void> {
    const {
      caller: { tenant },
      path,
    } = command;
    const { state } = await this.streams.current(tenant, path);
    // Only forks that are there keep the content.
    if (state.situation === 'live') await this.streams.settle(tenant, path, state.ties.references);
    const taken = command.stamped(this.log, this.clock);
    const { result } = await this.writer.submit(tenant, path, taken, {
      decide: (view) => decideDelete(view.state, taken.now),
      // Whoever did it gave back what the stream held.
      replay: {},
    });
    await this.streams.release(tenant, result.origin);
  }
}
