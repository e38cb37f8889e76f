import type { AppendToStreamAnswer, CreateAnswer, OpenedStream } from '@app/application';
import { HEADERS, type AnswerHeaders } from '@app/contracts';
import type { Expiry, Producer } from '@app/domain';
import { formatOffset } from '@app/streams';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

const closedHeader = (closed: boolean): AnswerHeaders => (closed ? { [HEADERS.closed]: 'true' } : {});

const expiryHeader = (expiry: Expiry | undefined): AnswerHeaders => {
  if (expiry === undefined) return {};
  return expiry.kind === 'idle' ? { [HEADERS.ttl]: String(expiry.ttl) } : { [HEADERS.expiresAt]: expiry.text };
};

export const created = ({ created, contentType, tail, closed }: CreateAnswer, url: string): PlainAnswer => ({
  status: created ? 201 : 200,
  headers: {
    ...(created ? { location: url } : {}),
    'content-type': contentType,
    [HEADERS.nextOffset]: formatOffset(tail),
    ...closedHeader(closed),
  },
});

/** 200 for the accepted data of a producer, 204 otherwise. */
export const appended = (
  { result, tail }: AppendToStreamAnswer,
  producer: Producer | undefined,
  hasBody: boolean,
): PlainAnswer => {
  const known = result.kind === 'duplicate' ? result : producer;
  const headers: Record<string, string> = { [HEADERS.nextOffset]: formatOffset(tail) };
  if (result.closed) headers[HEADERS.closed] = 'true';
  if (known) {
    headers[HEADERS.producerEpoch] = String(known.epoch);
    headers[HEADERS.producerSeq] = String(known.seq);
  }
  return { status: result.kind === 'appended' && producer !== undefined && hasBody ? 200 : 204, headers };
};

export const described = ({ end: { contentType, tail, closed }, expiry }: OpenedStream): PlainAnswer => ({
  status: 200,
  headers: {
    'content-type': contentType,
    [HEADERS.nextOffset]: formatOffset(tail),
    ...closedHeader(closed),
    ...expiryHeader(expiry),
    'cache-control': 'no-store',
  },
});
