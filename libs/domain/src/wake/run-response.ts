import type { Json } from '../kernel/stream-item.js';
import { asText, readEvent, type EventItem } from './event-item.js';
import { cutText } from './text-size.js';

/** Longest text of a run that travels inside a wake, in bytes of JSON; the whole text stays on the source's stream. */
export const RUN_TEXT_LIMIT = 1 << 20;
export const CUT_MARKER = '\n[cut at 1 MiB; the whole text is on the stream of the source]';

/** A text that grows up to the limit. */
interface Bounded {
  readonly text: string;
  readonly bytes: number;
  readonly cut: boolean;
}

/** What a run has said so far: its text deltas and its error messages, in order. */
export interface RunResponse {
  readonly response: Bounded;
  readonly errors: Bounded;
}

const NOTHING: Bounded = { text: '', bytes: 0, cut: false };
export const EMPTY_RESPONSE: RunResponse = { response: NOTHING, errors: NOTHING };

const grow = (so: Bounded, more: string): Bounded => {
  if (so.cut || more === '') return so;
  const added = cutText(more, RUN_TEXT_LIMIT - so.bytes);
  return { text: so.text + added.text, bytes: so.bytes + added.bytes, cut: added.cut };
};

const evolve = (state: RunResponse, { type, value }: EventItem): RunResponse => {
  if (type === 'text_delta') return { ...state, response: grow(state.response, asText(value?.['delta']) ?? '') };
  const message = asText(value?.['message']);
  if (type !== 'error' || message === undefined) return state;
  return { ...state, errors: grow(state.errors, state.errors.text === '' ? message : `\n${message}`) };
};

/** The responses of all runs of a source, keyed by run, after these items. */
export const foldResponses = (runs: Map<string, RunResponse>, items: readonly Json[]): void => {
  for (const item of items) {
    const event = readEvent(item);
    const run = event && asText(event.value?.['run_id']);
    if (!event || run === undefined || (event.type !== 'text_delta' && event.type !== 'error')) continue;
    runs.set(run, evolve(runs.get(run) ?? EMPTY_RESPONSE, event));
  }
};

const shown = ({ text, cut }: Bounded): string => (cut ? text + CUT_MARKER : text);

/** `response` and `error` of `finished_child`; absent when there is nothing to say. */
export const responseOf = (
  run: RunResponse | undefined,
  status: 'completed' | 'failed',
): { readonly response?: string; readonly error?: string } => {
  const { response, errors } = run ?? EMPTY_RESPONSE;
  return {
    ...(response.text === '' ? {} : { response: shown(response) }),
    ...(status === 'completed' || errors.text === '' ? {} : { error: shown(errors) }),
  };
};
