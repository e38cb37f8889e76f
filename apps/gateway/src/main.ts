import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { runApp } from '@app/runtime';
import { createAdapter, GatewayModule, gatewayParts, gatewayPeers, listening, setUpDocs } from './gateway.module.js';

const CLOSE_WITHIN_MS = 3_000;

await runApp('gateway', async (runtime, shutdown) => {
  const { config, logger } = runtime;
  const module = GatewayModule.of(await gatewayParts(runtime, gatewayPeers(runtime)));
  const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(config), {
    logger,
    abortOnError: false,
  });
  shutdown.register('gateway', () => app.close(), CLOSE_WITHIN_MS);
  setUpDocs(app);
  await app.listen(listening(config));
  logger.info(`listening on ${config.publicUrl}`);
});
