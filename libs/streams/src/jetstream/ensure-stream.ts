import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType, JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';

export interface StreamSettings {
  readonly name: string;
  readonly subjects: string;
  readonly replicas?: number;
  readonly storage?: 'file' | 'memory';
}

/** What the broker says of a stream; the input of the durability class. */
export interface StreamFacts {
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
}

const STREAM_EXISTS = 10058;

/**
 * Creates the stream when it is absent. `deny_delete` cannot be taken back; a message is never expired or replaced by
 * the broker. The duplicate window is the shortest, because no message carries a `Nats-Msg-Id`.
 */
export const ensureStream = async (
  connection: NatsConnection,
  { name, subjects, replicas = 1, storage = 'file' }: StreamSettings,
): Promise<StreamFacts> => {
  const manager = await jetstreamManager(connection);
  try {
    await manager.streams.add({
      name,
      subjects: [subjects],
      storage: storage === 'file' ? StorageType.File : StorageType.Memory,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      num_replicas: replicas,
      max_age: 0,
      deny_delete: true,
      allow_direct: true,
      allow_atomic: true,
      duplicate_window: 100_000_000,
    });
  } catch (error) {
    // Created by an operator or an older version with other settings: those stand, and are reported.
    if (!(error instanceof JetStreamApiError) || error.apiError().err_code !== STREAM_EXISTS) throw error;
  }
  const { config } = await manager.streams.info(name);
  return { storage: config.storage === StorageType.File ? 'file' : 'memory', replicas: config.num_replicas };
};
