import type { PlainDecided } from '../plain-stream.decision.js';
import { invalid } from '../plain-stream.decision.js';
import { linksOf, type PlainStream } from '../plain-stream.state.js';

// Each of them is looked at when somebody asks, until one lets him in.
export const MAX_LINKS = 64;

/** The same decision, which also links a shared state to an entity. Already linked, nothing is added. */
export const linking = <Result>(
  state: PlainStream,
  decided: PlainDecided<Result>,
  { entity, now }: { readonly entity: string; readonly now: number },
): PlainDecided<Result> => {
  const links = linksOf(state);
  if (decided.ends === true || (decided.begins === undefined && links.includes(entity))) return decided;
  if (links.length >= MAX_LINKS) throw invalid(`a shared state belongs to at most ${String(MAX_LINKS)} entities`);
  const event = { type: 'linked', data: { entity, at: now } } as const;
  const [first, ...rest] = decided.units;
  const unit = first ? { ...first, events: [...first.events, event] } : { items: [], events: [event] };
  return { ...decided, units: [unit, ...rest] };
};
