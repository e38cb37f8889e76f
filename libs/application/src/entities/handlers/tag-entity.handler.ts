import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideDeleteTag, decideSetTag, type EntityAddress } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { EntityCommands } from '../entity-commands.js';
import { EntityReader } from '../entity-reader.js';
import type { EntityView } from '../entity-view.js';

/** `txid` only when the tag really changed. */
export type TaggedEntity = EntityView & { readonly txid?: number };

/** `value` undefined: the tag is removed. */
export class TagEntityCommand extends StreamCommand<TaggedEntity> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly key: string,
    readonly value: string | undefined,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(TagEntityCommand)
export class TagEntityHandler implements ICommandHandler<TagEntityCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly reader: EntityReader,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: TagEntityCommand): Promise<TaggedEntity> {
    const { caller, address, key, value } = command;
    const taken = command.stamped(this.log, this.clock);
    const { committed, state } = await this.entities.submit(caller, address, 'write', taken, {
      decide: (entity, _view, stored) => {
        const now = stored?.at ?? taken.now;
        return value === undefined
          ? decideDeleteTag(entity, { type: 'DeleteTag', now, key })
          : decideSetTag(entity, { type: 'SetTag', now, key, value });
      },
    });
    const read = await this.reader.require(caller.tenant, address);
    const entity = state.situation === 'absent' ? read.entity : state;
    const view = await this.reader.view(caller.tenant, address, { ...read, entity });
    const [first] = committed;
    return first === undefined ? view : { ...view, txid: first.seq };
  }
}
