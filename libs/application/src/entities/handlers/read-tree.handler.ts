import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EntityAddress } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { requireAsker } from '../../access/asker.js';
import { positionFor } from '../../kernel/read-position.js';
import { EntityAccess } from '../../access/entity-access.js';
import type { Caller } from '../../kernel/stamp.js';
import { EntityQueries, type Descendant, type TreePlace } from '../../ports/read-model.js';
import { EVENT_LOG } from '../../ports/tokens.js';

export interface TreePage {
  readonly descendants: readonly Descendant[];
  readonly next: TreePlace | undefined;
  /** Log position that the answer includes. */
  readonly position: number;
}

export class ReadTreeQuery extends Query<TreePage> {
  constructor(
    readonly caller: Caller,
    readonly address: EntityAddress,
    /** `depth`: 1 is the children. */
    readonly request: { readonly depth: number; readonly limit: number; readonly after?: TreePlace },
    /** The answer need not include more than this position; undefined: everything. */
    readonly upTo?: number,
  ) {
    super();
  }
}

/** What descends from an entity, level by level, oldest first. */
@QueryHandler(ReadTreeQuery)
export class ReadTreeHandler implements IQueryHandler<ReadTreeQuery> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: Log,
    private readonly queries: EntityQueries,
    private readonly access: EntityAccess,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, address, request, upTo }: ReadTreeQuery): Promise<TreePage> {
    await this.access.require(caller, address, 'read');
    const { tenant, principal } = caller;
    const position = await positionFor(this.log, upTo);
    const { limit } = request;
    const reader = { asker: requireAsker(principal), now: this.clock.now() };
    const found = await this.queries.tree(tenant, address.url, { ...request, limit: limit + 1 }, reader, position);
    const descendants = found.slice(0, limit);
    const last = descendants.length < found.length ? descendants.at(-1) : undefined;
    return {
      descendants,
      next: last && { depth: last.depth, createdAt: last.created_at, url: last.url },
      position,
    };
  }
}
