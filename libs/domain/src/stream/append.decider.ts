import type { AppendRefusal, AppendRequest, AppendVerdict, StreamFacts } from './append.js';
import { validateProducer } from './producer-rules.js';
import type { Producer } from './producer.js';

const ACCEPT: AppendVerdict = { kind: 'accept' };
const refuse = (refusal: AppendRefusal): AppendVerdict => ({ kind: 'refuse', refusal });

const JSON_TYPE = 'application/json';

/** Media type only: before the `;`, trimmed, lower case. */
export const mediaType = (contentType: string): string =>
  // Asked several times of each append, and most say just this.
  contentType === JSON_TYPE ? JSON_TYPE : (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();

const isJson = (contentType: string): boolean => mediaType(contentType) === JSON_TYPE;

const isSame = (a: Producer, b: Producer): boolean => a.id === b.id && a.epoch === b.epoch && a.seq === b.seq;

/** What is wrong whatever the stream is; answered without looking at it. */
export const malformedAppend = ({
  hasBody,
  contentType,
  close,
  malformed,
}: AppendRequest): AppendRefusal | undefined => {
  if (malformed !== undefined) return { reason: 'malformed', message: malformed };
  if (!hasBody) return close === true ? undefined : { reason: 'empty-body' };
  return (contentType ?? '').trim() === '' ? { reason: 'content-type-missing' } : undefined;
};

const onClosed = ({ closedBy }: StreamFacts, { hasBody, close, producer }: AppendRequest): AppendVerdict => {
  if (producer !== undefined && closedBy !== undefined && isSame(producer, closedBy))
    return { kind: 'duplicate', epoch: closedBy.epoch, seq: closedBy.seq };
  const closesOnly = !hasBody && close === true && producer === undefined;
  return closesOnly ? { kind: 'already-closed' } : refuse({ reason: 'stream-closed' });
};

// Header values are Latin-1, one character per byte, so comparing characters compares bytes.
const isStaleSeq = (streamSeq: string | undefined, last: string | undefined): boolean =>
  streamSeq !== undefined && last !== undefined && streamSeq <= last;

/**
 * One append to a stream, checked in the protocol's order: a closed stream is reported before a wrong content type, a
 * duplicate before a stale `Stream-Seq`, both before a body that cannot be read. Nothing changes unless it accepts.
 */
export const decideAppend = (facts: StreamFacts, request: AppendRequest): AppendVerdict => {
  const malformed = malformedAppend(request);
  if (malformed !== undefined) return refuse(malformed);
  if (!facts.exists) return refuse({ reason: 'not-found' });
  if (facts.closed) return onClosed(facts, request);
  if (request.hasBody && mediaType(request.contentType ?? '') !== mediaType(facts.contentType))
    return refuse({ reason: 'content-type-mismatch' });
  const producer = request.producer && validateProducer(facts.producers, request.producer);
  if (producer !== undefined && producer.kind !== 'accept') return producer;
  if (isStaleSeq(request.streamSeq, facts.lastStreamSeq)) return refuse({ reason: 'stale-stream-seq' });
  if (request.hasBody && request.bodyProblem !== undefined && isJson(facts.contentType))
    return refuse({ reason: request.bodyProblem });
  return ACCEPT;
};
