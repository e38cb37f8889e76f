import { DomainError } from '../kernel/domain-error.js';
import { jsonBytes } from '../kernel/json-size.js';
import { checkStorable } from '../kernel/storable.js';
import type { EntityCold } from './entity.state.js';

export const MAX_TAGS = 128;
// The lists keep tags in an index whose entries, with the address of the entity, have at most 2,704 bytes.
export const MAX_TAG_KEY_BYTES = 1000;
export const MAX_ARGS_BYTES = 256 * 1024;
// A spawn holds them twice in headers of at most 64 KB: in the event and in the state after it.
export const MAX_COLD_BYTES = 20 * 1024;
export const MAX_WAKE_BYTES = 4 * 1024;
// The claim is part of the 2 KB that ride in every message.
export const MAX_RUNNER_BYTES = 200;

/** Whether it can be stored. */
export const fitsCold = (cold: EntityCold): boolean => jsonBytes(cold) <= MAX_COLD_BYTES;

export const checkCold = (cold: EntityCold): void => {
  for (const key of Object.keys(cold.tags)) checkStorable('the key of a tag', key, MAX_TAG_KEY_BYTES);
  if (Object.keys(cold.tags).length > MAX_TAGS)
    throw new DomainError('INVALID_REQUEST', `an entity has at most ${String(MAX_TAGS)} tags`);
  checkStorable('tags, grants, ancestors and policies together', cold, MAX_COLD_BYTES);
};
