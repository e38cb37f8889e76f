import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideReleaseClaim, type EntityAddress, type EntityStatus } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { EntityCommands } from '../../entities/entity-commands.js';
import { EntityReader } from '../../entities/entity-reader.js';
import type { Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { ClaimHolder, type ClaimProof } from '../claim-holder.js';
import { LeaseKeeper } from '../lease-keeper.js';

export class ReleaseClaimCommand extends StreamCommand<{ readonly status: EntityStatus }> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly proof: ClaimProof,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

/** The holder is done. */
@CommandHandler(ReleaseClaimCommand)
export class ReleaseClaimHandler implements ICommandHandler<ReleaseClaimCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly reader: EntityReader,
    private readonly holder: ClaimHolder,
    private readonly leases: LeaseKeeper,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: ReleaseClaimCommand): Promise<{ readonly status: EntityStatus }> {
    const { caller, address, proof } = command;
    await this.reader.require(caller.tenant, address);
    await this.holder.check(caller, address, proof);
    const taken = command.stamped(this.log, this.clock);
    const { claimEpoch: epoch } = proof;
    const { result } = await this.entities.submit(caller, address, 'token', taken, {
      decide: (state) => decideReleaseClaim(state, { type: 'ReleaseClaim', now: taken.now, epoch }),
    });
    this.leases.drop({ tenant: caller.tenant, path: address.path, epoch });
    return { status: result.status };
  }
}
