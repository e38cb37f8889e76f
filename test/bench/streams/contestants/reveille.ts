import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServers, NatsSync } from '@app/platform/embedded/index.js';
import { Connection } from '../../client/connection.js';
import { get } from '../../client/json-request.js';
import { nodeArgsOf } from '../../node-args.js';
import { startOwn } from '../../own-servers.js';
import { serverFacts, LAG_PROBE } from '../../server-facts.js';
import type { Contestant } from './contestant.js';
import { NodeProcess } from './node-process.js';

const START = fileURLToPath(new URL('../../../../../scripts/start.mjs', import.meta.url));
const OK = 200;

export type Apps = readonly ['standalone'] | readonly ['gateway', ...('projector' | 'saga')[]];

export interface ReveilleOptions {
  readonly name: string;
  readonly port: number;
  /** Of its own; made when missing. */
  readonly dataDir: string;
  readonly natsSync?: NatsSync | undefined;
  /** `standalone` is everything in one process; otherwise the apps are processes of their own, the gateway first. */
  readonly apps: Apps;
  readonly nodeArgs: readonly string[];
}

/** Ours, with its broker and database. */
export interface Reveille extends Contestant {
  readonly servers: EmbeddedServers;
  /** Of the process that serves HTTP. */
  readonly gatewayPid: number;
}

/** Lists wait until the read models have seen everything acknowledged, up to a limit; so they are asked until they answer. */
const lagOf = async (origin: string): Promise<number> => {
  const connection = new Connection(origin);
  const from = performance.now();
  while ((await connection.send(get(`/v1/entities?type=${LAG_PROBE}`))) !== OK) await sleep(5);
  const lag = performance.now() - from;
  await connection.close();
  return lag;
};

export const startReveille = async (options: ReveilleOptions): Promise<Reveille> => {
  const { name, port, dataDir, natsSync, apps, nodeArgs } = options;
  const servers = await startOwn({ dataDir, natsSync });
  const origin = `http://127.0.0.1:${String(port)}`;
  const env = {
    PORT: String(port),
    REVEILLE_MODE: 'development',
    REVEILLE_MIN_DURABILITY: 'memory',
    REVEILLE_DATA_DIR: `${dataDir}/keys`,
    LOG_LEVEL: 'warn',
    NATS_URL: servers.natsUrl,
    NATS_MONITOR_URL: servers.natsMonitorUrl,
    DATABASE_URL: servers.databaseUrl,
  };
  const processes = apps.map((app) =>
    NodeProcess.start({ script: START, args: [app], nodeArgs: [...nodeArgsOf(app), ...nodeArgs], env }),
  );
  const [gateway] = processes;
  if (!gateway) throw new Error('there is no gateway');
  await gateway.answers(origin, '/health/ready', OK);
  const control = new Connection(origin);
  const { durability } = await serverFacts(control);
  await control.close();
  return {
    name,
    origin,
    durability,
    pids: { node: processes.map(({ pid }) => pid), broker: [servers.nats.pid], database: [servers.postgres.pid] },
    servers,
    gatewayPid: gateway.pid,
    lagMs: () => lagOf(origin),
    stop: async () => {
      await Promise.all(processes.map((one) => one.stop()));
      await servers.stop();
    },
  };
};
