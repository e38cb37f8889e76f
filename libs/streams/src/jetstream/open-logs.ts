import type { NatsConnection } from '@nats-io/nats-core';
import {
  barrierSubject,
  LOG_STREAM,
  LOG_SUBJECTS,
  REGISTRY_STREAM,
  REGISTRY_SUBJECTS,
} from '@app/contracts/topology/topology.js';
import { LogEngine, type EngineOptions } from '../engine/log-engine.js';
import { lastingBytesOf } from '../engine/state-bytes.js';
import type { Json } from '../port/json.js';
import type { Log } from '../port/log.js';
import { ensureStream, type StreamFacts } from './ensure-stream.js';
import { JetStreamBackend } from './jetstream-backend.js';

export interface Logs {
  readonly events: Log;
  readonly registry: Log;
  /** Of the stream that holds the events. */
  readonly facts: StreamFacts;
}

// A healthy broker acknowledges in well under 50 ms, with fsync too; after this the outcome counts as unknown.
const PUBLISH_ATTEMPT_MS = 1_000;

/** Little is written there, and all of a type is in each message. */
export const REGISTRY_OPTIONS: EngineOptions = {
  recent: { messages: 2_000, bytes: 4 * 1024 * 1024 },
  tails: { bytes: 8 * 1024 * 1024 },
  stateBytes: (state) => lastingBytesOf(state as Json | undefined),
};

interface BothFacts {
  readonly events: StreamFacts;
  readonly registry: StreamFacts;
}

const ensureBoth = async (connection: NatsConnection, replicas: number): Promise<BothFacts> => ({
  registry: await ensureStream(connection, { name: REGISTRY_STREAM, subjects: REGISTRY_SUBJECTS, replicas }),
  events: await ensureStream(connection, { name: LOG_STREAM, subjects: LOG_SUBJECTS, replicas }),
});

/** Both streams, created with so many `replicas` when absent, without a log on them. */
export const ensureStreams = async (connection: NatsConnection, replicas = 1): Promise<StreamFacts> =>
  (await ensureBoth(connection, replicas)).events;

/** What an engine must know of the stream it works on: whether its barriers are messages, and where. */
export const replication = (subjects: string, { replicas }: StreamFacts): Pick<EngineOptions, 'barrierSubject'> =>
  replicas > 1 ? { barrierSubject: barrierSubject(subjects) } : {};

/** What an engine works on. */
export const openBackend = (
  connection: NatsConnection,
  stream: string,
  { replicas }: StreamFacts,
): Promise<JetStreamBackend> =>
  JetStreamBackend.open(connection, stream, PUBLISH_ATTEMPT_MS, replicas > 1 ? 'by several' : 'by one');

/** The two logs of a process on one connection; closing them leaves it open. */
export const openLogs = async (
  connection: NatsConnection,
  options: EngineOptions = {},
  replicas = 1,
): Promise<Logs> => {
  const facts = await ensureBoth(connection, replicas);
  const events = await openBackend(connection, LOG_STREAM, facts.events);
  const registry = await openBackend(connection, REGISTRY_STREAM, facts.registry);
  return {
    events: await LogEngine.open(events, { ...options, ...replication(LOG_SUBJECTS, facts.events) }),
    registry: await LogEngine.open(registry, {
      ...REGISTRY_OPTIONS,
      ...replication(REGISTRY_SUBJECTS, facts.registry),
    }),
    facts: facts.events,
  };
};
