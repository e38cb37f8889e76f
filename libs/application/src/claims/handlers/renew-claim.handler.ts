import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError, type EntityAddress } from '@app/domain';
import { Clock } from '@app/platform';
import { EntityReader } from '../../entities/entity-reader.js';
import type { Caller } from '../../kernel/stamp.js';
import { LeaseHeartbeats } from '../../ports/lease-heartbeats.js';
import { ClaimHolder, type ClaimProof } from '../claim-holder.js';

export interface RenewedClaim {
  readonly leaseExpiresAt: string;
}

export class RenewClaimCommand extends Command<RenewedClaim> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly proof: ClaimProof,
  ) {
    super();
  }
}

/** A heartbeat. It is never written to the log, only told to whoever keeps leases. */
@CommandHandler(RenewClaimCommand)
export class RenewClaimHandler implements ICommandHandler<RenewClaimCommand> {
  constructor(
    private readonly reader: EntityReader,
    private readonly holder: ClaimHolder,
    private readonly heartbeats: LeaseHeartbeats,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, address, proof }: RenewClaimCommand): Promise<RenewedClaim> {
    const { entity } = await this.reader.require(caller.tenant, address);
    await this.holder.check(caller, address, proof);
    const { claim } = entity;
    if (entity.situation === 'ended' || claim?.epoch !== proof.claimEpoch || claim.state !== 'active')
      throw new DomainError('FENCED', 'this claim is over: it expired, was released, or a later one took its place');
    const { epoch, leaseMs } = claim;
    this.heartbeats.publish({ tenant: caller.tenant, path: address.path, epoch, leaseMs });
    return { leaseExpiresAt: new Date(this.clock.now() + leaseMs).toISOString() };
  }
}
