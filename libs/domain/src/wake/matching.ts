import type { Json, JsonObject } from '../kernel/stream-item.js';
import type { EventItem } from './event-item.js';
import { asText } from './event-item.js';
import type { ChangeKind, WakeCondition } from './registration.js';

/** One entry of `wake.value.changes`. */
export interface WakeChange {
  readonly collection: string;
  readonly kind: ChangeKind;
  readonly key: string;
  readonly [member: string]: Json;
}

/** The run a `runFinished` condition matched. */
export interface FinishedRun {
  readonly key: string;
  readonly status: 'completed' | 'failed';
}

export type Match =
  | { readonly kind: 'match'; readonly change: WakeChange; readonly run?: FinishedRun }
  /** The condition is about such events, but not about this one. */
  | { readonly kind: 'miss'; readonly reason: string }
  | { readonly kind: 'unrelated' };

const UNRELATED: Match = { kind: 'unrelated' };
const INBOX_MEMBERS = ['from', 'from_principal', 'from_agent', 'payload', 'timestamp', 'message_type'];

// A wake must fit into one message; larger values are left out, the event itself stays on the source.
export const CHANGE_LIMIT = 1 << 20;

const isOneOf = (asked: readonly string[] | undefined, value: string): boolean =>
  asked === undefined || asked.length === 0 || asked.includes(value);

const changeKind = (operation: string | undefined): ChangeKind =>
  operation === 'delete' || operation === 'update' ? operation : 'insert';

const picked = (value: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));

const changeOf = (event: EventItem): WakeChange => {
  const value = event.value ?? {};
  const old = value['oldValue'] ?? value['old_value'];
  const named = { collection: event.type, kind: changeKind(event.operation), key: event.key };
  const change: WakeChange = {
    ...named,
    ...(event.type === 'inbox' ? picked(value, INBOX_MEMBERS) : {}),
    ...(value['value'] === undefined ? {} : { value: value['value'] }),
    ...(old === undefined ? {} : { oldValue: old }),
  };
  return JSON.stringify(change).length > CHANGE_LIMIT ? named : change;
};

const matchRun = (event: EventItem): Match => {
  if (event.type !== 'run') return UNRELATED;
  if (event.operation !== 'update') return { kind: 'miss', reason: 'a run finishes by an update' };
  const status = asText(event.value?.['status']);
  if (status !== 'completed' && status !== 'failed') return { kind: 'miss', reason: 'the run is not finished' };
  const change = { collection: 'runs', kind: 'update', key: event.key } as const;
  return { kind: 'match', change, run: { key: event.key, status } };
};

/** Does this event of the source satisfy the condition? (agents-api 5.3) */
export const matchEvent = (condition: WakeCondition, event: EventItem): Match => {
  if (condition === 'runFinished') return matchRun(event);
  if (!isOneOf(condition.collections, event.type)) return UNRELATED;
  const change = changeOf(event);
  if (!isOneOf(condition.ops, change.kind))
    return { kind: 'miss', reason: `operation ${change.kind} is not asked for` };
  return { kind: 'match', change };
};

/** Event types a condition can match; undefined: any. Lets a reader skip messages by their list of types. */
export const typesOf = (condition: WakeCondition): readonly string[] | undefined => {
  if (condition === 'runFinished') return ['run'];
  return condition.collections?.length ? condition.collections : undefined;
};
