/** How often the broker forces its files to disk: a number of milliseconds, or with every write. */
export type NatsSync = number | 'always';

/** Membership of a group of servers that keep copies of each other's streams. */
export interface NatsCluster {
  readonly name: string;
  /** Where this server listens for the others. */
  readonly port: number;
  /** Addresses of the members, with or without this one. */
  readonly routes: readonly string[];
}

export interface NatsConf {
  readonly port: number;
  readonly monitorPort: number;
  readonly storeDir: string;
  readonly pidFile: string;
  readonly sync: NatsSync;
  readonly serverName: string;
  readonly cluster?: NatsCluster;
  /** Bytes that JetStream may keep on disk; by default most of what is free. */
  readonly maxFileStore?: number;
}

/** An entity POST may be 8 MiB, which is one message with its headers. */
export const MAX_PAYLOAD_BYTES = (8 << 20) + (256 << 10);
/** The broker's own default; stated in the file so that a reader of it sees what is in force. */
export const DEFAULT_SYNC_MS = 120_000;

const clusterBlock = ({ name, port, routes }: NatsCluster): string => `cluster {
  name: ${JSON.stringify(name)}
  listen: "127.0.0.1:${port}"
  routes: [${routes.map((route) => JSON.stringify(route)).join(', ')}]
}
`;

/** The configuration file of the embedded broker: loopback only, JetStream on one folder. */
export const natsConf = (conf: NatsConf): string => {
  const { port, monitorPort, storeDir, pidFile, sync, serverName, cluster, maxFileStore } = conf;
  return `# Written by the launcher at every start; changes are lost.
server_name: ${JSON.stringify(serverName)}
listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
pid_file: ${JSON.stringify(pidFile)}
max_payload: ${MAX_PAYLOAD_BYTES}
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  sync_interval: ${sync === 'always' ? 'always' : JSON.stringify(`${sync}ms`)}
${maxFileStore === undefined ? '' : `  max_file_store: ${maxFileStore}\n`}}
${cluster ? clusterBlock(cluster) : ''}`;
};
