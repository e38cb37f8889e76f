import { once } from 'node:events';
import { createServer } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogFeedStrategy } from '@app/messaging';
import {
  createLogger,
  loadConfig,
  removeEndpoints,
  writeEndpoints,
  type Config,
  type DurabilityClass,
  type Environment,
  type Shutdown,
} from '@app/platform';
import {
  freePort,
  startEmbedded,
  waitUntil,
  type EmbeddedServers,
  type Progress,
} from '@app/platform/embedded/index.js';
import { forgetWorkers } from '@app/read-model';
import { loggedShutdown, openRuntime, type Runtime } from '@app/runtime';
import { createAdapter, listening, setUpDocs } from '../../gateway/src/gateway.module.js';
import { StandaloneModule } from './standalone.module.js';

export interface StartOptions {
  readonly env: Environment;
  readonly progress?: Progress;
  /** Gets what stops the system, before anything is started. */
  readonly onShutdown?: (shutdown: Shutdown) => void;
}

// Whoever asks for a stop gets it in this time, also in the middle of a start.
const SERVERS_STOP_MS = 4_500;
// Lanes are taken and caught up in moments; what takes longer is told by /health/ready.
const READY_MS = 5_000;

/** A running system; `stop` ends it cleanly and rejects when something could not be closed in time. */
export interface StartedReveille {
  readonly url: string;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly dataDirs: readonly string[];
  readonly brokerVersion: string;
  readonly postgresVersion: string | undefined;
  readonly durability: DurabilityClass;
  readonly shutdown: Shutdown;
  readonly stop: () => Promise<void>;
}

const withPort = async (config: Config, env: Environment): Promise<Config> => {
  if (config.port !== 0) return config;
  const port = await freePort();
  return { ...config, port, publicUrl: env.PUBLIC_URL ?? `http://${config.host}:${String(port)}` };
};

/** Found out before anything is made. @throws the error of `listen` */
const assertListenable = async ({ port, host }: Config): Promise<void> => {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
};

const embedded = async (config: Config, progress?: Progress): Promise<EmbeddedServers> =>
  startEmbedded({
    dataDir: config.dataDir,
    nats: config.natsUrl === undefined,
    postgres: config.databaseUrl === undefined,
    ...(progress && { progress }),
  });

const serve = async (runtime: Runtime, shutdown: Shutdown): Promise<NestFastifyApplication> => {
  const { config, logger } = runtime;
  const app = await NestFactory.create<NestFastifyApplication>(
    await StandaloneModule.of(runtime),
    createAdapter(config),
    {
      logger,
      abortOnError: false,
    },
  );
  shutdown.register('application', () => app.close(), 3_000);
  app.connectMicroservice({ strategy: app.get(LogFeedStrategy, { strict: false }) });
  setUpDocs(app);
  await app.startAllMicroservices();
  await app.listen(listening(config));
  return app;
};

const ready = ({ health }: Runtime): Promise<unknown> =>
  waitUntil(() => health.snapshot().ready || undefined, { withinMs: READY_MS });

/** Everything in this process, on embedded servers unless the environment names others. */
export const startReveille = async ({ env, progress, onShutdown }: StartOptions): Promise<StartedReveille> => {
  const config = await withPort(loadConfig(env, 'standalone'), env);
  const logger = createLogger(config);
  const shutdown = loggedShutdown(logger);
  onShutdown?.(shutdown);
  await assertListenable(config);
  const starting = embedded(config, progress);
  const stopServers = (): Promise<void> =>
    starting.then(
      (servers) => servers.stop(),
      () => undefined,
    );
  shutdown.register('embedded servers', stopServers, SERVERS_STOP_MS);
  try {
    const servers = await starting;
    const natsUrl = config.natsUrl ?? servers.natsUrl;
    const databaseUrl = config.databaseUrl ?? servers.databaseUrl;
    const natsMonitorUrl = config.natsUrl ? config.natsMonitorUrl : servers.natsMonitorUrl;
    const runtime = await openRuntime({ config, natsUrl, natsMonitorUrl, databaseUrl, logger, shutdown });
    // Nobody but us works on an embedded database: whoever held its lanes was killed.
    if (config.databaseUrl === undefined) await forgetWorkers(runtime.database);
    await serve(runtime, shutdown);
    await writeEndpoints(config.dataDir, {
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl,
      ...(natsMonitorUrl && { NATS_MONITOR_URL: natsMonitorUrl }),
    });
    shutdown.register('endpoints file', () => removeEndpoints(config.dataDir));
    await ready(runtime);
    return {
      url: config.publicUrl,
      natsUrl,
      databaseUrl,
      dataDirs: servers.dataDirs,
      brokerVersion: runtime.brokerVersion,
      postgresVersion: servers.versions.postgres,
      durability: runtime.durability,
      shutdown,
      stop: async () => {
        const failed = (await shutdown.run()).filter(({ result }) => result !== 'closed');
        if (failed.length > 0) throw new Error(`not closed: ${failed.map(({ name }) => name).join(', ')}`);
      },
    };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
};
