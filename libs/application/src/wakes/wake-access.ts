import { Injectable } from '@nestjs/common';
import { entityOfMainPath, parseEntityUrl, parseSource, refOfPath } from '@app/domain';
import { askerAt } from '../access/asker.js';
import { EntityAccess } from '../access/entity-access.js';
import type { Caller } from '../kernel/stamp.js';
import { SharedStateAccess } from '../access/shared-state-access.js';
import { MembershipService } from '../membership/membership-service.js';

/** Who passes every check may also name what is not there yet. */
const passes = ({ principal }: Caller): boolean => askerAt(principal)?.bypass === true;

/** Who may let whom wait for what: a wake is a message to the subscriber, and says what happened at the source. */
@Injectable()
export class WakeAccess {
  constructor(
    private readonly entities: EntityAccess,
    private readonly sharedStates: SharedStateAccess,
    private readonly memberships: MembershipService,
  ) {}

  async subscriber(caller: Caller, url: string): Promise<void> {
    if (passes(caller)) return;
    await this.entities.require(caller, parseEntityUrl(url), 'write');
  }

  /** Streams that belong to no entity are open to everybody. */
  async source(caller: Caller, url: string): Promise<void> {
    if (passes(caller)) return;
    const { path } = parseSource(url);
    const entity = entityOfMainPath(path);
    const ref = refOfPath(path);
    if (entity) await this.entities.require(caller, entity, 'read');
    else if (ref !== undefined) await this.memberships.require(caller, ref);
    else await this.sharedStates.requireRead(caller, path);
  }
}
