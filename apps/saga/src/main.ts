import { NestFactory } from '@nestjs/core';
import { NoPeers } from '@app/application/ports/peers.js';
import { NatsLaneHints, NatsPeers } from '@app/messaging';
import { runApp } from '@app/runtime';
import { SagaModule } from './saga.module.js';

await runApp(
  'saga',
  async ({ config, eventLog, registryLog, database, health, clock, connection, logger }, shutdown) => {
    const hints = new NatsLaneHints(connection);
    // The saga gives commands to gateways and takes none.
    const peers = config.routing !== 'off' ? new NatsPeers(connection, false) : new NoPeers();
    peers.join();
    const module = SagaModule.of({ eventLog, registryLog, database, peers, hints, clock, logger, health });
    const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    shutdown.register('routing', () => peers.leave());
    shutdown.register('saga', () => app.close(), 3_000);
    logger.info('the saga is at work');
  },
);
