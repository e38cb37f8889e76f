import type { NatsConnection } from '@nats-io/nats-core';
import { LOG_STREAM, LOG_SUBJECTS, REGISTRY_STREAM, REGISTRY_SUBJECTS } from '@app/contracts/topology/topology.js';
import { LogEngine, type EngineOptions } from '../engine/log-engine.js';
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
export const PUBLISH_ATTEMPT_MS = 1_000;

/** Both streams, created when absent, without a log on them. */
export const ensureStreams = async (connection: NatsConnection): Promise<StreamFacts> => {
  await ensureStream(connection, { name: REGISTRY_STREAM, subjects: REGISTRY_SUBJECTS });
  return ensureStream(connection, { name: LOG_STREAM, subjects: LOG_SUBJECTS });
};

/** The two logs of a process on one connection; closing them leaves it open. */
export const openLogs = async (connection: NatsConnection, options: EngineOptions = {}): Promise<Logs> => {
  const facts = await ensureStreams(connection);
  const open = async (stream: string, own: EngineOptions): Promise<Log> =>
    LogEngine.open(await JetStreamBackend.open(connection, stream, PUBLISH_ATTEMPT_MS), own);
  return { events: await open(LOG_STREAM, options), registry: await open(REGISTRY_STREAM, {}), facts };
};
