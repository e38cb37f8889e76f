import { LogFeedStrategy, NatsLaneHints } from '@app/messaging';
import { createLogger, loadConfig, Shutdown, stopOnSignals, type HealthRegistry, type AppLogger } from '@app/platform';
import { openRuntime } from '@app/runtime';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { ProjectorModule } from './projector.module.js';

const WATCH_EVERY_MS = 1_000;

/** There is no HTTP here to ask: whatever changes between ready and waiting is a line in the log. */
const logHealth = (health: HealthRegistry, logger: AppLogger): NodeJS.Timeout => {
  let before = '';
  return setInterval(() => {
    const parts = Object.entries(health.snapshot().parts);
    const now = parts.map(([name, part]) => (part.state === 'ready' ? '' : `${name}: ${part.reason}`)).filter(Boolean);
    const text = now.length === 0 ? 'ready' : `waiting: ${now.join('; ')}`;
    if (text !== before) logger.info(text);
    before = text;
  }, WATCH_EVERY_MS);
};

const main = async (): Promise<void> => {
  const config = loadConfig(process.env, 'projector');
  const logger = createLogger(config);
  const shutdown = new Shutdown({
    onOutcome: ({ name, result, error }) => {
      if (result !== 'closed') logger.warn(`${name} ${result} while stopping`, { error });
    },
  });
  stopOnSignals(shutdown);
  const { natsUrl = '', databaseUrl = '', natsMonitorUrl } = config;
  const runtime = await openRuntime({ config, natsUrl, natsMonitorUrl, databaseUrl, logger, shutdown });
  const { database, eventLog, registryLog, health, connection } = runtime;
  const hints = new NatsLaneHints(connection);
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    ProjectorModule.of({ database, eventLog, registryLog, hints, health }),
    { logger, inject: [LogFeedStrategy], useFactory: (strategy: LogFeedStrategy) => ({ strategy }) },
  );
  shutdown.register('projector', () => app.close(), 3_000);
  const watch = logHealth(health, logger);
  shutdown.register('health log', () => clearInterval(watch));
  await app.listen();
};

try {
  await main();
} catch (error) {
  process.stderr.write(`the projector did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
