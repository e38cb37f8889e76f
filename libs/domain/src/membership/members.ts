import type { Tags } from '../entity/entity.events.js';
import type { JsonObject, StreamItem } from '../kernel/stream-item.js';

/** An entity as its membership streams show it; JSON text, so that equal rows are equal. */
export type MemberRow = string;

export const hasTags = (own: Tags, wanted: Tags): boolean =>
  Object.entries(wanted).every(([key, value]) => Object.hasOwn(own, key) && own[key] === value);

const parsed = (row: MemberRow): JsonObject => JSON.parse(row) as JsonObject;

/** What happened to one entity between two looks; undefined when nothing did. `timestamp`: ISO. */
export const memberChange = (
  url: string,
  before: MemberRow | undefined,
  now: MemberRow | undefined,
  timestamp: string,
): StreamItem | undefined => {
  if (before === now) return undefined;
  const item = { type: 'members', key: url };
  if (now === undefined)
    return { ...item, ...(before && { old_value: parsed(before) }), headers: { operation: 'delete', timestamp } };
  const operation = before === undefined ? 'insert' : 'update';
  return { ...item, value: parsed(now), headers: { operation, timestamp } };
};
