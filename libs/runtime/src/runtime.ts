import {
  HealthRegistry,
  limitHeapGrowth,
  SystemClock,
  type AppLogger,
  type Clock,
  type Config,
  type DurabilityClass,
  type Shutdown,
} from '@app/platform';
import { openDatabase, type Database } from '@app/read-model';
import type { Log } from '@app/streams';
import {
  BrokerUnsuitable,
  checkBroker,
  connectToNats,
  ensureStreams,
  openLogs,
  type NatsConnection,
} from '@app/streams/jetstream/index.js';
import { checkDurability } from './durability-check.js';
import { PartMonitor } from './part-monitor.js';
import { StoredHistory } from './read-side/stored-history.js';
import { StoredIndex } from './read-side/stored-index.js';
import { untilReachable } from './until-reachable.js';

export interface RuntimeOptions {
  readonly config: Config;
  readonly natsUrl: string;
  readonly natsMonitorUrl: string | undefined;
  readonly databaseUrl: string;
  readonly logger: AppLogger;
  /** Gets a closer for everything that is opened. */
  readonly shutdown: Shutdown;
}

/** What every app of ours stands on, open and watched. */
export interface Runtime {
  readonly config: Config;
  readonly connection: NatsConnection;
  readonly brokerVersion: string;
  readonly durability: DurabilityClass;
  readonly eventLog: Log;
  readonly registryLog: Log;
  readonly database: Database;
  readonly health: HealthRegistry;
  readonly clock: Clock;
  readonly logger: AppLogger;
}

/**
 * Connects to broker and database, waiting for either, and opens the logs.
 * @throws BrokerUnsuitable or DurabilityTooWeak, each with what to do.
 */
export const openRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const { config, logger, shutdown } = options;
  limitHeapGrowth(config.heapGrowth);
  const clock = new SystemClock();
  const health = new HealthRegistry(clock);
  const parts = { log: health.register('log'), database: health.register('database') };
  const say = (message: string): void => {
    logger.warn(message);
  };
  const connect = async (): Promise<NatsConnection> => {
    const connection = await connectToNats(options.natsUrl, `reveille-${config.app}`);
    shutdown.register('broker connection', () => connection.close());
    return connection;
  };
  const openDb = async (): Promise<Database> => {
    const database = await openDatabase({ url: options.databaseUrl, applicationName: `reveille-${config.app}` });
    shutdown.register('database connection', () => database.close());
    return database;
  };
  const [connection, database] = await Promise.all([
    untilReachable(connect, { what: 'the NATS server', say }),
    untilReachable(openDb, { what: 'the database', say }),
  ]);
  const brokerVersion = checkBroker(connection);
  const final = (error: unknown): boolean => error instanceof BrokerUnsuitable;
  const facts = await untilReachable(() => ensureStreams(connection, config.replicas), {
    what: 'JetStream',
    say,
    final,
  });
  const durability = await checkDurability(config, facts, options.natsMonitorUrl);
  const { events, registry } = await openLogs(
    connection,
    {
      history: new StoredHistory(database),
      index: new StoredIndex(database),
      recent: config.recent,
      tails: config.tails,
    },
    config.replicas,
  );
  shutdown.register('logs', () => Promise.all([events.close(), registry.close()]));
  const monitors = await Promise.all([
    new PartMonitor(parts.log, () => events.trouble() ?? registry.trouble()).start(),
    new PartMonitor(parts.database, async () => {
      await database.query('SELECT 1');
      return undefined;
    }).start(),
  ]);
  shutdown.register('monitors', () => {
    for (const monitor of monitors) monitor.stop();
  });
  return {
    config,
    connection,
    brokerVersion,
    durability,
    eventLog: events,
    registryLog: registry,
    database,
    health,
    clock,
    logger,
  };
};
