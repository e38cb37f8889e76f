import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideClaim, type EntityAddress, type EntityClaimed, type EntityState } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { EntityCommands } from '../../entities/entity-commands.js';
import { EntityAccess } from '../../access/entity-access.js';
import type { Stored } from '../../kernel/replay.js';
import { stamp, type Caller } from '../../kernel/stamp.js';
import { StreamCommand } from '../../kernel/stream-command.js';
import { LeaseHeartbeats } from '../../ports/lease-heartbeats.js';
import { Subjects } from '../../ports/subjects.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import { WriteTokens } from '../write-token.js';

export interface GrantedClaim {
  readonly token: string;
  readonly claimEpoch: number;
  readonly leaseExpiresAt: string;
}

/** There is nothing to do for this entity now: it is paused or has ended. */
export interface NothingToDo {
  readonly done: true;
}

export class ClaimEntityCommand extends StreamCommand<GrantedClaim | NothingToDo> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    readonly runner: string,
    readonly leaseMs: number,
  ) {
    super();
  }

  get target(): string {
    return this.address.mainPath;
  }
}

// A claim takes the work from whoever has it, and its token writes anything: more than a message from outside.
const CLAIM = 'manage';

/** Every attempt of a command has a grant of its own; only one of them became the claim. */
const epochIn = (stored: Stored | undefined): number | undefined => {
  const claimed = stored?.events.find(({ type }) => type === 'claimed');
  return (claimed?.data as EntityClaimed['data'] | undefined)?.epoch;
};

const takesClaims = (state: EntityState): boolean => state.situation === 'live' && state.status !== 'paused';

/**
 * First the grant, a plain fact whose log sequence is the epoch; then the claim with that epoch through the entity's
 * writer, which fences every earlier one; then the token.
 */
@CommandHandler(ClaimEntityCommand)
export class ClaimEntityHandler implements ICommandHandler<ClaimEntityCommand> {
  constructor(
    private readonly entities: EntityCommands,
    private readonly access: EntityAccess,
    private readonly tokens: WriteTokens,
    private readonly subjects: Subjects,
    private readonly heartbeats: LeaseHeartbeats,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: ClaimEntityCommand): Promise<GrantedClaim | NothingToDo> {
    const { caller, address, runner, leaseMs } = command;
    const { entity } = await this.access.require(caller, address, CLAIM);
    // Under a key it may have been claimed before: only the writer knows.
    if (caller.attempt?.key === undefined && !takesClaims(entity)) return { done: true };
    const epoch = await this.grant(command);
    const lease = { tenant: caller.tenant, path: address.path, epoch, leaseMs };
    // Known to others before the claim is: should it never be answered, it ends like one whose holder is gone.
    this.heartbeats.publish(lease);
    const taken = command.stamped(this.log, this.clock);
    const { result } = await this.entities.submit(caller, address, CLAIM, taken, {
      decide: (state, _view, stored) =>
        decideClaim(state, { type: 'Claim', now: taken.now, epoch: epochIn(stored) ?? epoch, runner, leaseMs }),
    });
    if (result.kind === 'done') return { done: true };
    const { epoch: claimEpoch } = result;
    const leaseExpiresAt = new Date(this.clock.now() + leaseMs).toISOString();
    this.heartbeats.publish({ ...lease, epoch: claimEpoch });
    const { tenant, principal: holder } = caller;
    const token = await this.tokens.sign({ tenant, path: address.mainPath, epoch: claimEpoch, holder });
    return { token, claimEpoch, leaseExpiresAt };
  }

  private grant({ caller, address, runner, leaseMs }: ClaimEntityCommand): Promise<number> {
    const { id, now } = stamp(this.log, this.clock);
    const data = { entity: address.url, runner, leaseMs, principal: caller.principal, at: now };
    const subject = this.subjects.grants(caller.tenant, `direct:${address.type}:${address.id}`);
    return this.log.appendFact(subject, id, {
      body: new Uint8Array(0),
      count: 0,
      types: [],
      events: [{ type: 'granted', data }],
    });
  }
}
