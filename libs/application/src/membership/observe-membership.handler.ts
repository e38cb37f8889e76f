import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UNOBSERVED_MS } from '@app/domain';
import type { Caller } from '../kernel/stamp.js';
import { MembershipService } from './membership-service.js';

/** Milliseconds after which a reader that waits says once more that it reads. */
export const OBSERVE_EVERY_MS = UNOBSERVED_MS / 4;

/** Reading a membership stream also keeps it from being left. */
export class ObserveMembershipQuery extends Query<void> {
  constructor(
    readonly caller: Caller,
    readonly ref: string,
  ) {
    super();
  }
}

@QueryHandler(ObserveMembershipQuery)
export class ObserveMembershipHandler implements IQueryHandler<ObserveMembershipQuery> {
  constructor(private readonly streams: MembershipService) {}

  /** @throws DomainError STREAM_NOT_FOUND, UNAUTHORIZED */
  async execute({ caller, ref }: ObserveMembershipQuery): Promise<void> {
    await this.streams.observed(caller.tenant, ref, await this.streams.require(caller, ref));
  }
}
