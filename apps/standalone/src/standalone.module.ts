import { Module, type DynamicModule } from '@nestjs/common';
import { NatsLaneHints } from '@app/messaging';
import type { Runtime } from '@app/runtime';
import { GatewayModule, gatewayParts, gatewayPeers } from '../../gateway/src/gateway.module.js';
import { ProjectorModule } from '../../projector/src/projector.module.js';
import { SagaModule } from '../../saga/src/saga.module.js';

/** Gateway, projector and saga in one process, on one runtime. */
@Module({})
export class StandaloneModule {
  static async of(runtime: Runtime): Promise<DynamicModule> {
    const { connection, eventLog, registryLog, database, health, clock, logger } = runtime;
    const peers = gatewayPeers(runtime);
    const hints = new NatsLaneHints(connection);
    return {
      module: StandaloneModule,
      imports: [
        GatewayModule.of(await gatewayParts(runtime, peers, hints)),
        ProjectorModule.of({ database, eventLog, registryLog, hints, health, logger }),
        SagaModule.of({ eventLog, registryLog, database, peers, hints, clock, logger, health }),
      ],
    };
  }
}
