import type { Json, JsonObject } from '../kernel/stream-item.js';

/** The members of a stream event that waking looks at, whoever wrote it. */
export interface EventItem {
  readonly type: string;
  readonly key: string;
  readonly operation: string | undefined;
  readonly value: JsonObject | undefined;
}

export const asObject = (json: Json | undefined): JsonObject | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : undefined;

export const asText = (json: Json | undefined): string | undefined => (typeof json === 'string' ? json : undefined);

/** Undefined for what is not an event, such as a control message: agents may write any JSON. */
export const readEvent = (json: Json): EventItem | undefined => {
  const item = asObject(json);
  const type = asText(item?.['type']);
  if (item === undefined || type === undefined || type === '') return undefined;
  return {
    type,
    key: asText(item['key']) ?? '',
    operation: asText(asObject(item['headers'])?.['operation']),
    value: asObject(item['value']),
  };
};
