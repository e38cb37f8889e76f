import { DomainError } from '../kernel/domain-error.js';
import { jsonBytes } from '../kernel/json-size.js';
import type { Json } from '../kernel/stream-item.js';
import type { EntityCold } from './entity.state.js';

export const MAX_TAGS = 128;
export const MAX_ARGS_BYTES = 256 * 1024;
// A spawn holds them twice in headers of at most 64 KB: in the event and in the state after it.
export const MAX_COLD_BYTES = 20 * 1024;
export const MAX_WAKE_BYTES = 4 * 1024;
// The claim is part of the 2 KB that ride in every message.
export const MAX_RUNNER_LENGTH = 200;

export const checkSize = (what: string, value: Json, limit: number): void => {
  if (jsonBytes(value) > limit)
    throw new DomainError('INVALID_REQUEST', `${what} must take at most ${String(limit)} bytes as ASCII JSON`);
};

export const checkCold = (cold: EntityCold): void => {
  if (Object.keys(cold.tags).length > MAX_TAGS)
    throw new DomainError('INVALID_REQUEST', `an entity has at most ${String(MAX_TAGS)} tags`);
  checkSize('tags, ancestors and policies together', cold, MAX_COLD_BYTES);
};
