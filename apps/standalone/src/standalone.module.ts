import { Module, type DynamicModule } from '@nestjs/common';
import { NatsLaneHints } from '@app/messaging';
import { LaneWaiter } from '@app/read-model';
import { StoredEntities, StoredWakes, type Runtime } from '@app/runtime';
import { GatewayModule } from '../../gateway/src/gateway.module.js';
import { ProjectorModule } from '../../projector/src/projector.module.js';
import { SagaModule } from '../../saga/src/saga.module.js';

/** Gateway, projector and saga in one process, on one runtime. */
@Module({})
export class StandaloneModule {
  static of(runtime: Runtime): DynamicModule {
    const { config, connection, eventLog, registryLog, database, keys, health, clock, logger, durability } = runtime;
    const hints = new NatsLaneHints(connection);
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
          wakeQueries: new StoredWakes(database, lanes),
          keys,
          health,
          clock,
        }),
        ProjectorModule.of({ database, eventLog, registryLog, hints, health }),
        SagaModule.of({ eventLog, database, hints, clock, logger, health }),
      ],
    };
  }
}
