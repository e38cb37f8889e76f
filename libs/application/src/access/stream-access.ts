import { Inject, Injectable } from '@nestjs/common';
import { DomainError, NEVER, type EntityAddress } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { askerAt } from './asker.js';
import { EntityWriter } from '../entities/entity-writer.js';
import type { Caller } from '../kernel/stamp.js';
import { Subjects } from '../ports/subjects.js';
import { EVENT_LOG } from '../ports/tokens.js';
import { EntityAccess, mainOf } from './entity-access.js';
import { mayNot } from './may-not.js';
import { ReadRight, type Right } from './read-right.js';
import { SharedStateAccess } from './shared-state-access.js';

const nothing = (): readonly string[] => [];

/** Who may read streams that belong to entities. Undefined: whoever passes every check. */
@Injectable()
export class StreamAccess {
  constructor(
    private readonly writer: EntityWriter,
    private readonly entities: EntityAccess,
    private readonly sharedStates: SharedStateAccess,
    private readonly subjects: Subjects,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** The main stream. Where there is no entity there is nothing to keep anybody from. */
  main(caller: Caller, address: EntityAddress): ReadRight | undefined {
    return this.unlessBypass(caller, address.url, async () => {
      const since = this.writer.moment();
      const { state, end } = await this.writer.load(caller.tenant, address);
      if (state.situation === 'absent') return { until: Infinity, rests: nothing, end };
      const until = await this.entities.until(caller, 'read', { entity: state, since });
      if (state.cold.createdBy === caller.principal) return { until, rests: nothing, end };
      return { until, rests: () => this.subjectsOf(caller.tenant, address, state.cold.ancestors), end };
    });
  }

  /** What hangs on an entity that must exist. */
  attachment(caller: Caller, address: EntityAddress, path: string): ReadRight {
    const ask = async (): Promise<Right> => {
      const since = this.writer.moment();
      const [end, { state }] = await Promise.all([
        this.log.end(this.subjects.stream(caller.tenant, path)),
        this.writer.load(caller.tenant, address),
      ]);
      if (state.situation === 'absent') throw new DomainError('NOT_FOUND', `there is no entity ${address.url}`);
      const until = await this.entities.until(caller, 'read', { entity: state, since });
      return { until, rests: () => this.subjectsOf(caller.tenant, address, state.cold.ancestors), end };
    };
    return this.right(address.url, ask);
  }

  /** `owner`: see SharedStateAccess. */
  sharedState(caller: Caller, path: string, owner: string | undefined): ReadRight | undefined {
    return this.unlessBypass(caller, `/${path}`, async () => {
      const { until, entities, end } = await this.sharedStates.right(caller, path, 'read', owner);
      const rests = (): readonly string[] => {
        const above = entities.flatMap(({ address, ancestors }) => this.subjectsOf(caller.tenant, address, ancestors));
        return [this.subjects.stream(caller.tenant, path), ...new Set(above)];
      };
      return { until: Math.max(until, NEVER), rests, end };
    });
  }

  private unlessBypass(caller: Caller, what: string, ask: () => Promise<Right>): ReadRight | undefined {
    return askerAt(caller.principal)?.bypass === true ? undefined : this.right(what, ask);
  }

  private right(what: string, ask: () => Promise<Right>): ReadRight {
    return new ReadRight(
      this.log,
      () => this.clock.now(),
      ask,
      () => mayNot('read', what),
    );
  }

  private subjectsOf(tenant: string, { mainPath }: EntityAddress, ancestors: readonly string[]): readonly string[] {
    return [mainPath, ...ancestors.map((url) => mainOf(url).mainPath)].map((path) =>
      this.subjects.stream(tenant, path),
    );
  }
}
