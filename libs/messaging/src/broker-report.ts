import { jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';

export interface StreamReport {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
  readonly lastSeq: number;
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
}

/** The streams of these names that exist, for operators. */
export const reportStreams = async (
  connection: NatsConnection,
  names: readonly string[],
): Promise<readonly StreamReport[]> => {
  const manager = await jetstreamManager(connection);
  const reports: StreamReport[] = [];
  for await (const { config, state } of manager.streams.list()) {
    if (!names.includes(config.name)) continue;
    reports.push({
      name: config.name,
      messages: state.messages,
      bytes: state.bytes,
      lastSeq: state.last_seq,
      storage: config.storage === StorageType.File ? 'file' : 'memory',
      replicas: config.num_replicas,
    });
  }
  return reports;
};
