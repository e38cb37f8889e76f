import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { LogEngine, type EngineOptions } from '../engine/log-engine.js';
import type { Log } from '../port/log.js';
import { ensureStream, type StreamSettings } from './ensure-stream.js';
import { openBackend, replication } from './open-logs.js';

export { BrokerUnsuitable, checkBroker } from './broker-check.js';
export { ensureStream, type StreamFacts, type StreamSettings } from './ensure-stream.js';
export { JetStreamBackend } from './jetstream-backend.js';
export { ensureStreams, openLogs, replication, type Logs } from './open-logs.js';
export type { NatsConnection } from '@nats-io/nats-core';

/** A connection that comes back by itself for ever; `url` may carry credentials. Rejects when nobody is there now. */
export const connectToNats = (url: string, name: string): Promise<NatsConnection> => {
  const servers = url.split(',');
  const { username, password } = new URL(servers[0] ?? url);
  return connect({
    servers: servers.map((server) => server.replace(/\/\/[^@/]*@/, '//')),
    name,
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 100,
    // A server that no longer answers is left after three of these, before a publish is given up.
    pingInterval: 2_000,
    maxPingOut: 2,
  });
};

/** A log on one JetStream stream, which is created when absent. Closing it leaves the connection open. */
export const openJetStreamLog = async (
  connection: NatsConnection,
  settings: StreamSettings,
  options: EngineOptions = {},
): Promise<Log> => {
  const facts = await ensureStream(connection, settings);
  return LogEngine.open(await openBackend(connection, settings.name, facts), {
    ...options,
    ...replication(settings.subjects, facts),
  });
};
