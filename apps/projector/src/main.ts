import { LogFeedStrategy, NatsLaneHints } from '@app/messaging';
import type { AppLogger, HealthRegistry } from '@app/platform';
import { runApp } from '@app/runtime';
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

await runApp('projector', async (runtime, shutdown) => {
  const { database, eventLog, registryLog, health, connection, logger } = runtime;
  const hints = new NatsLaneHints(connection);
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
    ProjectorModule.of({ database, eventLog, registryLog, hints, health, logger }),
    { logger, inject: [LogFeedStrategy], useFactory: (strategy: LogFeedStrategy) => ({ strategy }) },
  );
  shutdown.register('projector', () => app.close(), 3_000);
  const watch = logHealth(health, logger);
  shutdown.register('health log', () => clearInterval(watch));
  await app.listen();
});
