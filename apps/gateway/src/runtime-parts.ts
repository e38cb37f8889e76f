import { join } from 'node:path';
import { NoPeers, type Peers } from '@app/application';
import { NatsLaneHints, NatsPeers } from '@app/messaging';
import { loadSigningKeys } from '@app/platform';
import { LaneWaiter } from '@app/read-model';
import { type Runtime, StoredEntities, StoredManifests, StoredOperations, StoredWakes } from '@app/runtime';
import { NatsLeaseHeartbeats } from './claims/nats-lease-heartbeats.js';
import type { GatewayParts } from './gateway.parts.js';

/** The other gateways, if streams are routed at all. */
export const gatewayPeers = ({ config, connection }: Runtime): Peers =>
  config.routing ? new NatsPeers(connection, true) : new NoPeers();

/** The parts of a gateway on a runtime. `hints` are the process's own, when it has lanes too. */
export const gatewayParts = async (runtime: Runtime, peers: Peers, hints?: NatsLaneHints): Promise<GatewayParts> => {
  const { config, connection, database, durability, eventLog, registryLog, health, clock } = runtime;
  const { mode, identity, tenant, longPollTimeoutMs, attachmentBytes, readBytes, tokenKey, dataDir } = config;
  const lanes = new LaneWaiter(database, hints ?? new NatsLaneHints(connection));
  return {
    settings: { mode, identity, tenant, durability, longPollTimeoutMs, attachmentBytes, readBytes },
    eventLog,
    registryLog,
    queries: new StoredEntities(database, lanes),
    manifestQueries: new StoredManifests(database, lanes),
    wakeQueries: new StoredWakes(database, lanes),
    operationQueries: new StoredOperations(database),
    peers,
    heartbeats: new NatsLeaseHeartbeats(connection),
    keys: await loadSigningKeys({ configured: tokenKey, file: join(dataDir, 'token-keys') }),
    health,
    clock,
  };
};
