import { Module, type DynamicModule } from '@nestjs/common';
import { LaneWaiter, LocalLaneHints } from '@app/read-model';
import { StoredEntities, type Runtime } from '@app/runtime';
import { GatewayModule } from '../../gateway/src/gateway.module.js';
import { SagaModule } from '../../saga/src/saga.module.js';

/** Gateway, projector and saga in one process, on one runtime. */
@Module({})
export class StandaloneModule {
  static of(runtime: Runtime): DynamicModule {
    const { config, eventLog, registryLog, database, keys, health, clock, logger, durability } = runtime;
    const hints = new LocalLaneHints();
    const lanes = new LaneWaiter(database, hints);
    const { mode, tenant, longPollTimeoutMs } = config;
    return {
      module: StandaloneModule,
      imports: [
        GatewayModule.of({
          settings: { mode, tenant, durability, longPollTimeoutMs },
          eventLog,
          registryLog,
          queries: new StoredEntities(database, lanes),
          keys,
          health,
          clock,
        }),
        SagaModule.of({ eventLog, database, hints, clock, logger }),
      ],
    };
  }
}
