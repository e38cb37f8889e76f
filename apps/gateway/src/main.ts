import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NatsLaneHints } from '@app/messaging';
import { createLogger, loadConfig, Shutdown, stopOnSignals } from '@app/platform';
import { LaneWaiter } from '@app/read-model';
import { openRuntime, StoredEntities, StoredWakes, type Runtime } from '@app/runtime';
import { NatsLeaseHeartbeats } from './claims/nats-lease-heartbeats.js';
import { createAdapter, GatewayModule, setUpDocs, type GatewayParts } from './gateway.module.js';

const CLOSE_WITHIN_MS = 3_000;

const partsOf = (runtime: Runtime): GatewayParts => {
  const { config, connection, database, durability, eventLog, registryLog, keys, health, clock } = runtime;
  const { mode, tenant, longPollTimeoutMs } = config;
  const lanes = new LaneWaiter(database, new NatsLaneHints(connection));
  return {
    settings: { mode, tenant, durability, longPollTimeoutMs },
    eventLog,
    registryLog,
    queries: new StoredEntities(database, lanes),
    wakeQueries: new StoredWakes(database, lanes),
    heartbeats: new NatsLeaseHeartbeats(connection),
    keys,
    health,
    clock,
  };
};

const main = async (): Promise<void> => {
  const config = loadConfig(process.env, 'gateway');
  const logger = createLogger(config);
  const shutdown = new Shutdown({
    onOutcome: ({ name, result, error }) => {
      if (result !== 'closed') logger.warn(`${name} ${result} while stopping`, { error });
    },
  });
  stopOnSignals(shutdown);
  const { natsUrl = '', databaseUrl = '', natsMonitorUrl } = config;
  const runtime = await openRuntime({ config, natsUrl, natsMonitorUrl, databaseUrl, logger, shutdown });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.of(partsOf(runtime)), createAdapter(), {
    logger,
    abortOnError: false,
  });
  shutdown.register('gateway', () => app.close(), CLOSE_WITHIN_MS);
  setUpDocs(app);
  await app.listen(config.port, config.host);
  logger.info(`listening on ${config.publicUrl}`);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`the gateway did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
