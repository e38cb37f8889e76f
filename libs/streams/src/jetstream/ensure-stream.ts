import {
  DiscardPolicy,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
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
const STREAM_NOT_FOUND = 10059;

const hasCode = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.apiError().err_code === code;

const create = async (manager: JetStreamManager, settings: StreamSettings): Promise<StreamInfo> => {
  const { name, subjects, replicas = 1, storage = 'file' } = settings;
  try {
    return await manager.streams.add({
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
    if (hasCode(error, STREAM_EXISTS)) return manager.streams.info(name);
    throw error;
  }
};

/**
 * Creates the stream when it is absent; one that an operator made with other settings stands, and is reported.
 * `deny_delete` cannot be taken back; a message is never expired or replaced by the broker. The duplicate window is the
 * shortest, because no message carries a `Nats-Msg-Id`.
 */
export const ensureStream = async (connection: NatsConnection, settings: StreamSettings): Promise<StreamFacts> => {
  const manager = await jetstreamManager(connection);
  let info: StreamInfo;
  try {
    info = await manager.streams.info(settings.name);
  } catch (error) {
    // Not every app may create streams; those that find them do not try.
    if (!hasCode(error, STREAM_NOT_FOUND)) throw error;
    info = await create(manager, settings);
  }
  const { config } = info;
  return { storage: config.storage === StorageType.File ? 'file' : 'memory', replicas: config.num_replicas };
};
