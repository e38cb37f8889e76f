/**
 * Old producers and units on real servers: the index is the one in Postgres, filled by a lane worker. It is behind when
 * the worker is stopped, and away when the database is killed. REVEILLE_PROPERTY_RUNS=20 tries more histories.
 */
import { logAddress } from '@app/messaging';
import { LaneWorker, LocalLaneHints, openDatabase, projectionGroups, ProjectorWork } from '@app/read-model';
import { StoredIndex } from '@app/runtime';
import { LogEngine } from '@app/streams/engine/log-engine.js';
import { connectToNats, ensureStream, JetStreamBackend, type NatsConnection } from '@app/streams/jetstream/index.js';
import { indexContract } from '@app/testing/index-contract.js';
import { startTestServers } from '@app/testing/servers.js';

const GROUP = 'projector';
const projections = projectionGroups.find(({ group }) => group === GROUP)?.projections ?? [];

indexContract(
  'JetStream and Postgres',
  async () => {
    const servers = await startTestServers({ nats: true, postgres: true });
    const connections: NatsConnection[] = [];
    const backend = async (): Promise<JetStreamBackend> => {
      const connection = await connectToNats(servers.natsUrl, 'index contract');
      connections.push(connection);
      await ensureStream(connection, { name: 'LOG', subjects: 'log.>' });
      return JetStreamBackend.open(connection, 'LOG', 1_000);
    };
    const database = await openDatabase({ url: servers.databaseUrl });
    const log = await LogEngine.open(await backend());
    const worker = (): LaneWorker => {
      const started = new LaneWorker(database, log, new ProjectorWork(projections), {
        group: GROUP,
        address: logAddress,
        hints: new LocalLaneHints(),
        leaseMs: 600,
        synchronousCommit: 'off',
      });
      started.start();
      return started;
    };
    const index = new StoredIndex(database);
    let running: LaneWorker | undefined = worker();
    let away = false;
    return {
      index,
      options: { index },
      backend,
      pause: async () => {
        await running?.stop();
        running = undefined;
      },
      resume: async () => {
        running ??= worker();
      },
      takeAway: async () => {
        if (!away) await servers.postgres.kill();
        away = true;
      },
      bringBack: async () => {
        if (away) await servers.postgres.restart();
        away = false;
      },
      close: async () => {
        await running?.stop();
        await log.close();
        await database.close();
        await Promise.all(connections.map((connection) => connection.close()));
        await servers.stop();
      },
    };
  },
  { runs: Number(process.env['REVEILLE_PROPERTY_RUNS'] ?? 3) },
);
