import { NatsLaneHints } from '@app/messaging';
import { createLogger, loadConfig, Shutdown, stopOnSignals } from '@app/platform';
import { openRuntime } from '@app/runtime';
import { NestFactory } from '@nestjs/core';
import { SagaModule } from './saga.module.js';

const main = async (): Promise<void> => {
  const config = loadConfig(process.env, 'saga');
  const logger = createLogger(config);
  const shutdown = new Shutdown({
    onOutcome: ({ name, result, error }) => {
      if (result !== 'closed') logger.warn(`${name} ${result} while stopping`, { error });
    },
  });
  stopOnSignals(shutdown);
  const { natsUrl = '', databaseUrl = '', natsMonitorUrl } = config;
  const runtime = await openRuntime({ config, natsUrl, natsMonitorUrl, databaseUrl, logger, shutdown });
  const { eventLog, database, health, clock, connection } = runtime;
  const hints = new NatsLaneHints(connection);
  const app = await NestFactory.createApplicationContext(
    SagaModule.of({ eventLog, database, hints, clock, logger, health }),
    { logger, abortOnError: false },
  );
  shutdown.register('saga', () => app.close(), 3_000);
  logger.info('the saga is at work');
};

try {
  await main();
} catch (error) {
  process.stderr.write(`the saga did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
