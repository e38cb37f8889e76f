import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type Membership } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { askerAt } from '../access/asker.js';
import type { Caller } from '../kernel/stamp.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { MembershipStreams } from './membership-streams.js';

/** Membership streams, as the handlers of a gateway use them. */
@Injectable()
export class MembershipService extends MembershipStreams {
  constructor(@Inject(EVENT_LOG) log: Log, clock: Clock, subjects: Subjects) {
    super(log, clock, subjects);
  }

  /** @throws DomainError STREAM_NOT_FOUND; UNAUTHORIZED for one that shows what somebody else may read */
  async require({ tenant, principal }: Caller, ref: string): Promise<Membership> {
    const { membership } = await this.load(tenant, ref);
    if (membership.situation === 'absent') throw new DomainError('STREAM_NOT_FOUND', 'there is no such stream');
    if (membership.query.principal !== principal && askerAt(principal)?.bypass !== true)
      throw new DomainError('UNAUTHORIZED', 'this stream shows what somebody else may read');
    return membership;
  }
}
