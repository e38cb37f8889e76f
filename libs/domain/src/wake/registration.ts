import type { Json } from '../kernel/stream-item.js';

export type ChangeKind = 'insert' | 'update' | 'delete';

/** Any run that ended, or changes of some event types. Empty or absent lists mean "all". */
export type WakeCondition =
  | 'runFinished'
  | {
      readonly on: 'change';
      readonly collections?: readonly string[];
      readonly ops?: readonly ChangeKind[];
    };

/**
 * Stored format, for ever: data of the control event `registered`, on the source's waiters subject or inside the message
 * that spawns the source. Add optional fields; never rename or repurpose.
 */
export interface WakeRegistered {
  /** `hash(registrationKey(…))`: the uniqueness tuple of the contract. */
  readonly key: string;
  /** Entity URL, such as `/chat/42`. */
  readonly subscriber: string;
  /** Entity URL or stream path, as `wake.value.source` shows it. */
  readonly source: string;
  readonly condition: WakeCondition;
  /** 0: none. */
  readonly debounceMs: number;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly includeResponse: boolean;
  readonly manifestKey?: string;
  /** ISO; the creation time, which an equal registration does not move. */
  readonly at: string;
}

/** Stored format, for ever: data of the control event `unregistered`. Without `manifestKey`: all of the subscriber. */
export interface WakeUnregistered {
  readonly subscriber: string;
  readonly manifestKey?: string;
}

export type WakeFact =
  | { readonly type: 'registered'; readonly data: WakeRegistered }
  | { readonly type: 'unregistered'; readonly data: WakeUnregistered };

/** What makes two registrations the same one; `includeResponse` is not part of it. */
export type RegistrationTuple = Pick<
  WakeRegistered,
  'subscriber' | 'source' | 'condition' | 'debounceMs' | 'timeoutMs' | 'manifestKey'
>;

// The order in which a client lists collections means nothing.
const asSet = (values: readonly string[] | undefined): Json => [...new Set(values ?? [])].sort();

const conditionText = (condition: WakeCondition): Json =>
  condition === 'runFinished' ? condition : [condition.on, asSet(condition.collections), asSet(condition.ops)];

/** Stable text of the uniqueness tuple; equal tuples give equal texts. Hashed by the caller for the `key`. */
export const registrationKey = ({
  subscriber,
  source,
  condition,
  debounceMs,
  timeoutMs,
  manifestKey,
}: RegistrationTuple): string =>
  JSON.stringify([subscriber, source, conditionText(condition), debounceMs, timeoutMs, manifestKey ?? null]);
