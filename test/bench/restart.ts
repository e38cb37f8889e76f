import { Connection } from './client/connection.js';
import { get, post, put } from './client/json-request.js';
import { machine } from './measure/machine.js';
import { OwnServer } from './own-server.js';
import { targetsTable } from './report/tables.js';
import { atMost, RESTART_SECONDS } from './report/targets.js';
import { removeFolder, temporaryFolder } from './until-told.js';

const PORT = 4438;
const ENTITIES = 10_000;
const CONNECTIONS = 16;
const TYPE = 'bench_restart';

const spawnEntities = async (origin: string): Promise<void> => {
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(origin));
  await connections[0]?.fetch(post('/v1/entity-types', { name: TYPE, description: 'made by the benchmark' }));
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < ENTITIES) {
        const path = `/v1/entities/${TYPE}/${String((next += 1))}`;
        const status = await connection.send(put(path, {}));
        if (status >= 300 || status < 200) throw new Error(`PUT ${path}: ${String(status)}`);
      }
    }),
  );
  await Promise.all(connections.map((connection) => connection.close()));
};

/** Nothing may be missing after the restart. */
const checkLast = async (origin: string): Promise<void> => {
  const connection = new Connection(origin);
  await connection.fetch(get(`/v1/entities/${TYPE}/${String(ENTITIES)}`));
  await connection.close();
};

/** How long a server with 10,000 entities takes to come back, after an orderly stop and after a crash. */
export const measureRestart = async (): Promise<object> => {
  const before = machine();
  const origin = `http://127.0.0.1:${String(PORT)}`;
  const dataDir = temporaryFolder();
  let server: OwnServer | undefined;
  try {
    server = await OwnServer.start(PORT, dataDir);
    const firstStartMs = server.startedInMs;
    await spawnEntities(origin);
    const stopMs = await server.stop('SIGTERM');
    server = await OwnServer.start(PORT, dataDir);
    const afterStopMs = server.startedInMs;
    await checkLast(origin);
    await server.stop('SIGKILL');
    server = await OwnServer.start(PORT, dataDir);
    const afterCrashMs = server.startedInMs;
    await checkLast(origin);

    const targets = [
      atMost('seconds to ready after a stop', RESTART_SECONDS, afterStopMs / 1000),
      atMost('seconds to ready after a crash', RESTART_SECONDS, afterCrashMs / 1000),
    ];
    process.stderr.write(
      `first start ${String(Math.round(firstStartMs))} ms, stop ${String(Math.round(stopMs))} ms, ` +
        `load average ${before.loadAverage.toFixed(1)}\n${targetsTable(targets)}`,
    );
    return { machine: before, firstStartMs, stopMs, afterStopMs, afterCrashMs, targets };
  } finally {
    await server?.stop('SIGTERM');
    removeFolder(dataDir);
  }
};
