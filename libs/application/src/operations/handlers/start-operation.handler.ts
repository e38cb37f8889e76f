import { randomUUID } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { decideCreateOperation, type JsonObject, type OperationEvent } from '@app/domain';
import { Clock } from '@app/platform';
import type { Log } from '@app/streams';
import { requireAsker } from '../../access/asker.js';
import type { Stored } from '../../kernel/replay.js';
import { stamp, type Caller } from '../../kernel/stamp.js';
import { EntityQueries } from '../../ports/read-model.js';
import { EVENT_LOG } from '../../ports/tokens.js';
import type { OperationPlan } from '../operation-plan.js';
import { OperationRunner } from '../operation-runner.js';
import { OperationStore } from '../operation-store.js';
import { operationView, type OperationView } from '../operation-view.js';

export class StartOperationCommand extends Command<OperationView> {
  constructor(
    readonly caller: Caller,
    readonly plan: OperationPlan,
  ) {
    super();
  }
}

type CreatedEvent = Extract<OperationEvent, { readonly type: 'operation-created' }>;

const createdBefore = ({ events }: Stored): CreatedEvent['data'] | undefined =>
  events.find(({ type }) => type === 'operation-created')?.data as CreatedEvent['data'] | undefined;

@CommandHandler(StartOperationCommand)
export class StartOperationHandler implements ICommandHandler<StartOperationCommand> {
  constructor(
    private readonly store: OperationStore,
    private readonly runner: OperationRunner,
    private readonly queries: EntityQueries,
    private readonly clock: Clock,
    @Inject(EVENT_LOG) private readonly log: Log,
  ) {}

  /** Answered once the operation is in the log: from then on it is executed, whatever happens to this process. */
  async execute({ caller, plan }: StartOperationCommand): Promise<OperationView> {
    const { tenant, principal: createdBy, attempt } = caller;
    const taken = stamp(this.log, this.clock, attempt);
    const id = `op-${attempt?.key?.id ?? randomUUID()}`;
    const total = await this.total(caller, plan);
    const decide = (now: number, entities: number): Parameters<typeof decideCreateOperation>[1] => ({
      id,
      now,
      kind: plan.kind,
      createdBy,
      total: entities,
      request: plan as unknown as JsonObject,
    });
    const written = await this.store.submit(
      tenant,
      id,
      taken,
      (state, stored) => {
        const before = stored && createdBefore(stored);
        return decideCreateOperation(state, decide(before?.at ?? taken.now, before?.total ?? total));
      },
      true,
    );
    if (written.state.situation === 'absent') throw new Error('an operation that was created cannot be absent');
    this.runner.run(tenant, id);
    return operationView(id, written.state);
  }

  private async total({ tenant, principal }: Caller, plan: OperationPlan): Promise<number> {
    if (plan.kind === 'spawn') return plan.entities.length;
    const reader = { asker: requireAsker(principal), now: this.clock.now() };
    return this.queries.count(tenant, plan.filter, reader, await this.log.barrier());
  }
}
