import type { Json } from '../kernel/stream-item.js';
import { readEvent } from './event-item.js';
import type { WakeRegistered, WakeUnregistered } from './registration.js';
import type { WakeSource } from './source.js';
import { readRegistered, readUnregistered } from './stored-facts.js';

type SourceKind = WakeSource['kind'];

/** One log entry of a source, or one entry of facts about who waits for it. */
export interface SourceUnit {
  readonly seq: number;
  /** Formatted offset after the entry. */
  readonly offset: string;
  /** ISO; the broker's clock. */
  readonly at: string;
  readonly items: readonly Json[];
  readonly events: readonly { readonly type: string; readonly data: Json }[];
  /** The stream ends with this entry. */
  readonly ends: boolean;
}

/** What a source's registrations are told, in log order. */
export type SourceFact =
  | { readonly kind: 'registered'; readonly seq: number; readonly data: WakeRegistered }
  | { readonly kind: 'unregistered'; readonly data: WakeUnregistered }
  | {
      readonly kind: 'entry';
      readonly seq: number;
      readonly offset: string;
      readonly at: string;
      readonly items: readonly Json[];
    }
  | { readonly kind: 'ended' };

/** An entry of an entity written through the token route carries this event; server-written entries do not. */
export const POSTED = 'posted';

const holdsSignal = (items: readonly Json[]): boolean => items.some((item) => readEvent(item)?.type === 'signal');

/** Entries that can wake: what agents post, who joins or leaves a membership, and signals that leave the entity alive (agents-api 5.2). */
const isEvaluated = ({ items, events, ends }: SourceUnit, kind: SourceKind | undefined): boolean => {
  if (items.length === 0 || kind === undefined) return false;
  if (kind === 'shared-state' || kind === 'membership' || events.some(({ type }) => type === POSTED)) return true;
  return !ends && holdsSignal(items);
};

const waitFact = (seq: number, type: string, data: Json): SourceFact | undefined => {
  if (type === 'registered') {
    const registered = readRegistered(data);
    return registered && { kind: 'registered', seq, data: registered };
  }
  const unregistered = type === 'unregistered' ? readUnregistered(data) : undefined;
  return unregistered && { kind: 'unregistered', data: unregistered };
};

/**
 * Registrations of an entry see the next entries: its own items were decided before they were acknowledged.
 * `kind`: see `sourceAt`; nothing is evaluated on a stream of no kind.
 */
export const factsOf = (unit: SourceUnit, kind: SourceKind | undefined): readonly SourceFact[] => {
  const { seq, offset, at, items } = unit;
  const entry: readonly SourceFact[] = isEvaluated(unit, kind) ? [{ kind: 'entry', seq, offset, at, items }] : [];
  const waits = unit.events.flatMap(({ type, data }) => waitFact(seq, type, data) ?? []);
  return [...entry, ...waits, ...(unit.ends ? [{ kind: 'ended' } as const] : [])];
};
