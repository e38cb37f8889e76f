import { nothing } from '../../kernel/decision.js';
import { AppendRefused, type AppendRequest } from '../../stream/append.js';
import { decideAppend, malformedAppend } from '../../stream/append.decider.js';
import type { PlainStreamEvent } from '../plain-stream.events.js';
import { gone, type PlainDecided, type PlainFacts } from '../plain-stream.decision.js';
import { isExpired, type LiveStream, type PlainStream } from '../plain-stream.state.js';

export interface AppendToStream {
  readonly now: number;
  readonly request: AppendRequest;
}

/** `closed`: the stream, afterwards. */
export type AppendedToStream =
  | { readonly kind: 'appended'; readonly closed: boolean }
  | { readonly kind: 'already-closed'; readonly closed: true }
  /** Written before; `seq` is the producer's highest accepted one. */
  | { readonly kind: 'duplicate'; readonly closed: boolean; readonly epoch: number; readonly seq: number };

const append = ({ expiry }: LiveStream, { now, request }: AppendToStream): PlainDecided<AppendedToStream> => {
  const { producer, streamSeq, close } = request;
  const closed = close === true;
  // Only idle time is renewed by use; other streams need not carry the instant along.
  const events: PlainStreamEvent[] = expiry?.kind === 'idle' ? [{ type: 'renewed', data: { at: now } }] : [];
  return {
    units: [{ items: [], events, asSent: true, producer, streamSeq }],
    close: closed ? true : undefined,
    result: { kind: 'appended', closed },
  };
};

/** Throws AppendRefused for what the protocol of streams refuses, STREAM_GONE when only forks still have the stream. */
export const decideAppendToStream = (
  state: PlainStream,
  facts: PlainFacts,
  command: AppendToStream,
): PlainDecided<AppendedToStream> => {
  const { now, request } = command;
  const malformed = malformedAppend(request);
  if (malformed !== undefined) throw new AppendRefused(malformed);
  const expired = state.situation === 'live' && isExpired(state, now);
  if (state.situation === 'gone' || (expired && state.ties.references.length > 0)) throw gone();
  if (state.situation === 'absent' || expired) throw new AppendRefused({ reason: 'not-found' });
  const verdict = decideAppend(facts, request);
  switch (verdict.kind) {
    case 'accept':
      return append(state, command);
    case 'duplicate':
      return nothing({ ...verdict, closed: facts.closed });
    case 'already-closed':
      return nothing({ kind: 'already-closed', closed: true });
    case 'refuse':
      throw new AppendRefused(verdict.refusal);
  }
};
