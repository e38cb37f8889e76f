import { join } from 'node:path';
import { NoPeers, PeersOnContest, type Peers } from '@app/application';
import { NatsLaneHints, NatsPeers } from '@app/messaging';
import { loadSigningKeys } from '@app/platform';
import { LaneWaiter, ShapeFollower } from '@app/read-model';
import {
  StoredEntities,
  StoredManifests,
  StoredOperations,
  StoredShapes,
  StoredWakes,
  type Runtime,
} from '@app/runtime';
import { NatsLeaseHeartbeats } from './claims/nats-lease-heartbeats.js';
import type { GatewayParts } from './gateway.parts.js';

// Readers come back after this, so that caches can collapse them and processes can be drained.
const SSE_LIFETIME_MS = 60_000;

/** The other gateways, if streams are routed at all. */
export const gatewayPeers = ({ config, connection, eventLog }: Runtime): Peers => {
  if (config.routing === 'off') return new NoPeers();
  const peers = new NatsPeers(connection, true);
  return config.routing === 'always' ? peers : new PeersOnContest(peers, eventLog);
};

/** The parts of a gateway on a runtime. `own` are the process's hints, when it has lanes too. */
export const gatewayParts = async (runtime: Runtime, peers: Peers, own?: NatsLaneHints): Promise<GatewayParts> => {
  const { config, connection, database, durability, eventLog, registryLog, health, clock } = runtime;
  const { mode, identity, tenant, longPollTimeoutMs, attachmentBytes, readBytes, tokenKey, dataDir } = config;
  const hints = own ?? new NatsLaneHints(connection);
  const lanes = new LaneWaiter(database, hints);
  return {
    settings: {
      ...{ mode, identity, tenant, durability, longPollTimeoutMs, attachmentBytes, readBytes },
      sseLifetimeMs: SSE_LIFETIME_MS,
    },
    eventLog,
    registryLog,
    queries: new StoredEntities(database, lanes),
    manifestQueries: new StoredManifests(database, lanes),
    wakeQueries: new StoredWakes(database, lanes),
    operationQueries: new StoredOperations(database),
    shapes: new StoredShapes(database, lanes, new ShapeFollower(database, hints), clock),
    peers,
    heartbeats: new NatsLeaseHeartbeats(connection),
    keys: await loadSigningKeys({ configured: tokenKey, file: join(dataDir, 'token-keys') }),
    health,
    clock,
  };
};
