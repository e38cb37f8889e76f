import type { Msg, MsgHdrs } from '@nats-io/nats-core';
import type { Headers, RawMessage } from '../port/message.js';
import { headerBlock, headersIn, isOurs } from './wire-message.js';

/** Copied out of the client's object, which would hold on to three times as much. */
const fromClient = (source: MsgHdrs | undefined): Headers => {
  const headers: Record<string, string> = {};
  for (const [name, [first = '']] of source ?? []) if (isOurs(name)) headers[name] = first;
  return headers;
};

export interface StoredJson {
  readonly subject: string;
  readonly seq: number;
  readonly hdrs?: string;
  readonly data?: string;
  readonly time: string;
}

/** Answer of `STREAM.MSG.GET`. */
export const fromStored = ({ subject, seq, hdrs, data, time }: StoredJson): RawMessage => ({
  subject,
  seq,
  time: Date.parse(time),
  headers: headersIn(Buffer.from(hdrs ?? '', 'base64').toString('utf8')),
  payload: Buffer.from(data ?? '', 'base64'),
});

/** Answer of a direct get. */
export const fromDirect = (message: {
  readonly subject: string;
  readonly seq: number;
  readonly time: Date;
  readonly header?: MsgHdrs;
  readonly data: Uint8Array;
}): RawMessage => ({
  subject: message.subject,
  seq: message.seq,
  time: message.time.getTime(),
  headers: fromClient(message.header),
  payload: message.data,
});

/** Answer of a direct get, as it comes from the broker: the place of the message is in headers. */
export const fromDirectHeaders = ({
  headers,
  data,
}: {
  readonly headers?: MsgHdrs;
  readonly data: Uint8Array;
}): RawMessage => ({
  subject: headers?.get('Nats-Subject') ?? '',
  seq: Number(headers?.get('Nats-Sequence')),
  time: Date.parse(headers?.get('Nats-Time-Stamp') ?? ''),
  headers: fromClient(headers),
  payload: data,
});

export interface DeliveryInfo {
  readonly streamSeq: number;
  readonly consumerSeq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * Reads the reply subject of a delivered message:
 * `$JS.ACK.[domain.hash.]{stream}.{consumer}.{delivered}.{streamSeq}.{consumerSeq}.{nanoseconds}.{pending}[.token]`.
 */
export const deliveryInfo = (reply: string): DeliveryInfo | undefined => {
  const tokens = reply.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined;
  const at = tokens.length >= 11 ? 4 : 2;
  return {
    streamSeq: Number(tokens[at + 3]),
    consumerSeq: Number(tokens[at + 4]),
    time: Math.floor(Number(tokens[at + 5]) / 1e6),
  };
};

/**
 * A message of a push consumer. It will be kept for a while, so the payload is copied: the client's is part of what came with
 * one read from the socket, for which Node takes 64 KB and gives back the rest. Kept, such parts leave holes all over the
 * memory of the process; and a payload that came in several reads is part of a buffer that is up to three times as large.
 */
export const fromDelivery = (message: Msg, { streamSeq, time }: DeliveryInfo): RawMessage => ({
  subject: message.subject,
  seq: streamSeq,
  time,
  headers: headersIn(headerBlock(message)),
  payload: Buffer.from(message.data),
});
