import { AppendFailed, type AppendAnswer } from '@app/application';
import { ApiError, HEADERS, type AnswerHeaders, type CatalogueCode } from '@app/contracts';
import { AppendRefused, DomainError, type AppendRefusal, type Producer } from '@app/domain';
import { formatOffset } from '@app/streams';
import { TOO_DEEP } from '../http/json-body.js';

interface Told {
  readonly code: CatalogueCode;
  readonly message: string;
  readonly headers?: AnswerHeaders;
}

const told = (refusal: AppendRefusal): Told => {
  switch (refusal.reason) {
    case 'malformed':
      return { code: 'INVALID_REQUEST', message: refusal.message };
    case 'empty-body':
      return { code: 'INVALID_REQUEST', message: 'an append needs a body' };
    case 'content-type-missing':
      return { code: 'INVALID_REQUEST', message: 'an append needs a Content-Type' };
    case 'invalid-json':
      return { code: 'INVALID_REQUEST', message: 'the body is not valid JSON' };
    case 'too-deep':
      return { code: 'INVALID_REQUEST', message: TOO_DEEP };
    case 'empty-array':
      return { code: 'INVALID_REQUEST', message: 'an append needs at least one item' };
    case 'epoch-must-start-at-zero':
      return { code: 'INVALID_REQUEST', message: 'a new producer epoch starts with sequence 0' };
    case 'not-found':
      return { code: 'STREAM_NOT_FOUND', message: 'there is no such stream' };
    case 'stream-closed':
      return { code: 'STREAM_CONFLICT', message: 'the stream is closed' };
    case 'content-type-mismatch':
      return { code: 'STREAM_CONFLICT', message: 'the stream has another content type' };
    case 'stale-stream-seq':
      return { code: 'STREAM_CONFLICT', message: 'Stream-Seq does not grow' };
    case 'stale-epoch':
      return {
        code: 'FORBIDDEN',
        message: 'the producer epoch is over',
        headers: { [HEADERS.producerEpoch]: String(refusal.current) },
      };
    case 'sequence-gap':
      return {
        code: 'STREAM_CONFLICT',
        message: 'the producer left a gap',
        headers: {
          [HEADERS.producerExpectedSeq]: String(refusal.expected),
          [HEADERS.producerReceivedSeq]: String(refusal.received),
        },
      };
  }
};

/** A refused append as the error of the request. Whoever may not write is told nothing of the stream. */
export const appendError = (error: unknown): unknown => {
  if (!(error instanceof AppendFailed)) return error;
  const { cause, closed, tail } = error;
  if (cause instanceof DomainError && cause.code === 'UNAUTHORIZED') return cause;
  const headers: AnswerHeaders = closed ? { [HEADERS.closed]: 'true', [HEADERS.nextOffset]: formatOffset(tail) } : {};
  if (cause instanceof AppendRefused) {
    const { code, message, headers: more } = told(cause.refusal);
    return new ApiError(code, message, undefined, { ...headers, ...more });
  }
  // By the contract an append is told no details: they would be about one event of many.
  return cause instanceof DomainError ? new ApiError(cause.code, cause.message, undefined, headers) : cause;
};

export interface Accepted {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

/** 204 for a plain append and for a duplicate, 200 for the accepted append of a producer. */
export const accepted = ({ result, offset }: AppendAnswer, producer: Producer | undefined): Accepted => {
  if (result.kind === 'duplicate')
    return {
      status: 204,
      headers: { [HEADERS.producerEpoch]: String(result.epoch), [HEADERS.producerSeq]: String(result.seq) },
    };
  const position: AnswerHeaders = offset === undefined ? {} : { [HEADERS.nextOffset]: formatOffset(offset) };
  if (producer === undefined) return { status: 204, headers: position };
  const echo = { [HEADERS.producerEpoch]: String(producer.epoch), [HEADERS.producerSeq]: String(producer.seq) };
  return { status: 200, headers: { ...position, ...echo } };
};
