import { LogBatchContext, logBatch, RethrowFilter } from '@app/messaging';
import { PROJECTOR_GROUP, REGISTRY_GROUP, type LaneBatch, type ProjectorWork, type Tx } from '@app/read-model';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';

/** `ReadonlyMap<string, ProjectorWork>` by worker group. */
export const PROJECTOR_WORKS = Symbol('PROJECTOR_WORKS');

/** Applies the batches of the log, each in the transaction of its context. */
@Controller()
@UseFilters(RethrowFilter)
export class ProjectorController {
  constructor(@Inject(PROJECTOR_WORKS) private readonly works: ReadonlyMap<string, ProjectorWork>) {}

  @EventPattern<string>(logBatch(PROJECTOR_GROUP))
  events(@Payload() batch: LaneBatch, @Ctx() context: LogBatchContext): Promise<void> {
    return this.apply(PROJECTOR_GROUP, batch, context);
  }

  @EventPattern<string>(logBatch(REGISTRY_GROUP))
  registry(@Payload() batch: LaneBatch, @Ctx() context: LogBatchContext): Promise<void> {
    return this.apply(REGISTRY_GROUP, batch, context);
  }

  private async apply(group: string, batch: LaneBatch, context: LogBatchContext): Promise<void> {
    const work = this.works.get(group);
    if (!work) throw new Error(`no projections for ${group}`);
    await work.apply(context.getTransaction() as Tx, batch);
  }
}
