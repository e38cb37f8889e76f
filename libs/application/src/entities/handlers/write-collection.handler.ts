import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideWriteCollection, parsePrincipalUrl, type EntityAddress, type WriteCollection } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { TypeRegistry } from '../../entity-types/type-registry.js';
import { anything } from '../../kernel/replay.js';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { EntityCommands } from '../entity-commands.js';
import { PrincipalEntities } from '../principal-entities.js';

export type CollectionRow = Pick<WriteCollection, 'operation' | 'key' | 'value'>;

export class WriteCollectionCommand extends StreamCommand<{ readonly key: string }> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly collection: string,
    readonly row: CollectionRow,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

@CommandHandler(WriteCollectionCommand)
export class WriteCollectionHandler implements ICommandHandler<WriteCollectionCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly types: TypeRegistry,
    private readonly principals: PrincipalEntities,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: WriteCollectionCommand): Promise<{ readonly key: string }> {
    const { caller, address, collection, row } = command;
    const taken = command.stamped(this.log, this.clock);
    await Promise.all([this.principals.ensure(caller.tenant, caller.principal), this.types.refresh()]);
    const principal = principalOf(caller);
    const { result } = await this.entities.submit(caller, address, 'write', taken, {
      decide: (state, _view, stored) =>
        decideWriteCollection(state, {
          type: 'WriteCollection',
          now: taken.now,
          collection,
          opened: stored ? openedTo(row) : this.types.writableFor(caller.tenant, state, collection),
          freshKey: `${collection}-${taken.id}`,
          principal,
          validate: stored ? anything : this.types.validateFor(caller.tenant, state),
          ...row,
        }),
    });
    return { key: result.key };
  }
}

/** What was opened when the row was written, as far as the answer depends on it. */
const openedTo = ({ operation }: CollectionRow): WriteCollection['opened'] => ({ type: '', operations: [operation] });

const principalOf = ({ principal: url }: Caller): WriteCollection['principal'] => {
  const principal = parsePrincipalUrl(url);
  if (!principal) throw new Error(`${url} is no principal`);
  return { url, kind: principal.kind, id: principal.id };
};
