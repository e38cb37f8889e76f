import { LOG_STREAM } from '@app/contracts/topology/topology.js';
import { reportStreams, type StreamReport } from '@app/messaging';
import { durabilityOf, readSyncSetting, type Config, type DurabilityClass } from '@app/platform';
import { reportProjections, reportPurges, type ProjectionReport } from '@app/read-model';
import { EXIT } from '../exit-codes.js';
import { probe, STREAMS, withBroker, withDatabase, type Probe } from '../ops-context.js';
import { table, type Output } from '../output.js';

interface BrokerStatus {
  readonly version: string;
  readonly durability: DurabilityClass | 'no log yet';
  readonly streams: readonly StreamReport[];
}

interface DatabaseStatus {
  readonly version: string;
  readonly projections: readonly ProjectionReport[];
  /** Streams that are over and still take room. */
  readonly purgesDue: number;
}

const durability = async (
  streams: readonly StreamReport[],
  monitorUrl: string | undefined,
): Promise<BrokerStatus['durability']> => {
  const log = streams.find(({ name }) => name === LOG_STREAM);
  if (!log) return 'no log yet';
  const sync = monitorUrl ? await readSyncSetting(monitorUrl) : 'unknown';
  return durabilityOf({ storage: log.storage, replicas: log.replicas, sync });
};

const askBroker = (config: Config): Promise<Probe<BrokerStatus>> =>
  probe(() =>
    withBroker(config, async (connection) => {
      const streams = await reportStreams(connection, STREAMS);
      const version = connection.info?.version ?? 'unknown';
      return { version, streams, durability: await durability(streams, config.natsMonitorUrl) };
    }),
  );

const askDatabase = (config: Config): Promise<Probe<DatabaseStatus>> =>
  probe(() =>
    withDatabase(config, async (db) => {
      const [row] = await db.query<{ version: string; migrated: boolean }>(
        `SELECT current_setting('server_version') AS version, to_regclass('stream_purges') IS NOT NULL AS migrated`,
      );
      return {
        version: row?.version ?? 'unknown',
        projections: row?.migrated ? await reportProjections(db) : [],
        purgesDue: row?.migrated ? (await reportPurges(db)).due : 0,
      };
    }),
  );

const brokerLines = (broker: Probe<BrokerStatus>): readonly string[] => {
  if (!broker.ok) return [`broker    unreachable: ${broker.error}`];
  const { version, durability: durable, streams } = broker.value;
  const rows = streams.map(({ name, messages, bytes, replicas }) => [
    `  ${name}`,
    String(messages),
    `${(bytes / 1024 ** 2).toFixed(1)} MiB`,
    `R${String(replicas)}`,
  ]);
  return [
    `broker    nats-server ${version}, durability ${durable}`,
    ...(rows.length > 0 ? [table([['  stream', 'messages', 'size', 'replicas'], ...rows])] : []),
  ];
};

const databaseLines = (database: Probe<DatabaseStatus>): readonly string[] => {
  if (!database.ok) return [`database  unreachable: ${database.error}`];
  const { version, projections, purgesDue } = database.value;
  const rows = projections.map(({ name, state, quarantined }) => [`  ${name}`, state, String(quarantined)]);
  return [
    `database  PostgreSQL ${version}, ${String(purgesDue)} streams to purge`,
    ...(rows.length > 0 ? [table([['  projection', 'state', 'quarantined'], ...rows])] : []),
  ];
};

/** What there is and whether it answers. */
export const status = async (config: Config, output: Output): Promise<number> => {
  const [broker, database] = await Promise.all([askBroker(config), askDatabase(config)]);
  for (const line of [...brokerLines(broker), ...databaseLines(database)]) output.line(line);
  output.answer({ broker, database });
  if (!broker.ok || !database.ok) return EXIT.unreachable;
  const healthy = database.value.projections.every(({ state, quarantined }) => state === 'live' && quarantined === 0);
  return healthy ? EXIT.ok : EXIT.attention;
};
