import type { Json } from '../kernel/stream-item.js';
import { asObject, asText } from './event-item.js';
import type { ChangeKind, WakeCondition, WakeRegistered, WakeUnregistered } from './registration.js';

/*
 * Decoders of the stored facts. A fact of another shape (a newer version, a foreign writer) counts as not there: one bad
 * fact must not stop everybody whose source shares its lane.
 */

// The database takes no text with a NUL in it.
const readName = (json: Json | undefined): string | undefined => {
  const text = asText(json);
  return text === '' || text?.includes('\0') ? undefined : text;
};

const texts = (json: Json | undefined): readonly string[] =>
  Array.isArray(json) ? json.filter((one: Json): one is string => typeof one === 'string') : [];

const isKind = (text: string): text is ChangeKind => text === 'insert' || text === 'update' || text === 'delete';

const readCondition = (json: Json | undefined): WakeCondition | undefined => {
  if (json === 'runFinished') return json;
  const condition = asObject(json);
  if (condition?.['on'] !== 'change') return undefined;
  return { on: 'change', collections: texts(condition['collections']), ops: texts(condition['ops']).filter(isKind) };
};

const readMs = (json: Json | undefined): number => (typeof json === 'number' && json > 0 ? json : 0);

export const readRegistered = (json: Json): WakeRegistered | undefined => {
  const data = asObject(json);
  const key = readName(data?.['key']);
  const subscriber = readName(data?.['subscriber']);
  const source = readName(data?.['source']);
  const condition = readCondition(data?.['condition']);
  if (!data || key === undefined || subscriber === undefined || source === undefined || !condition) return undefined;
  const manifestKey = asText(data['manifestKey']);
  return {
    key,
    subscriber,
    source,
    condition,
    debounceMs: readMs(data['debounceMs']),
    timeoutMs: readMs(data['timeoutMs']),
    includeResponse: data['includeResponse'] !== false,
    ...(manifestKey === undefined ? {} : { manifestKey }),
    at: asText(data['at']) ?? '',
  };
};

export const readUnregistered = (json: Json): WakeUnregistered | undefined => {
  const data = asObject(json);
  const subscriber = readName(data?.['subscriber']);
  const manifestKey = asText(data?.['manifestKey']);
  return subscriber === undefined ? undefined : { subscriber, ...(manifestKey === undefined ? {} : { manifestKey }) };
};
