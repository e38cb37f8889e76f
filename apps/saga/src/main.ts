import { NestFactory } from '@nestjs/core';
import { NatsLaneHints } from '@app/messaging';
import { runApp } from '@app/runtime';
import { SagaModule } from './saga.module.js';

await runApp('saga', async ({ eventLog, database, health, clock, connection, logger }, shutdown) => {
  const hints = new NatsLaneHints(connection);
  const module = SagaModule.of({ eventLog, database, hints, clock, logger, health });
  const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
  shutdown.register('saga', () => app.close(), 3_000);
  logger.info('the saga is at work');
});
