import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError, membershipPath, parsePrincipalUrl, sourceRef, type Tags } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import type { Caller } from '../kernel/stamp.js';
import { StreamCommand } from '../kernel/stream-command.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { MembershipService } from './membership-service.js';

export interface MembershipSource {
  readonly sourceRef: string;
  readonly streamUrl: string;
}

export class EnsureMembershipCommand extends StreamCommand<MembershipSource> {
  constructor(
    readonly caller: Caller,
    readonly tags: Tags,
  ) {
    super();
  }

  get target(): string {
    return membershipPath(refOf(this));
  }
}

/** The stream is there when this is answered; who is a member already is in it soon after. */
@CommandHandler(EnsureMembershipCommand)
export class EnsureMembershipHandler implements ICommandHandler<EnsureMembershipCommand> {
  constructor(
    private readonly streams: MembershipService,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  async execute(command: EnsureMembershipCommand): Promise<MembershipSource> {
    const { caller, tags } = command;
    const ref = refOf(command);
    const { kind } = principalOf(caller);
    const query = { tags, principal: caller.principal, kind };
    await this.streams.keep(caller.tenant, ref, query, command.stamped(this.log, this.clock));
    return { sourceRef: ref, streamUrl: `/${membershipPath(ref)}` };
  }
}

const principalOf = ({ principal }: Caller): NonNullable<ReturnType<typeof parsePrincipalUrl>> => {
  const parsed = parsePrincipalUrl(principal);
  if (!parsed) throw new DomainError('UNAUTHORIZED', `${principal} is no principal`);
  return parsed;
};

const refOf = ({ caller, tags }: Pick<EnsureMembershipCommand, 'caller' | 'tags'>): string =>
  sourceRef(tags, principalOf(caller));
