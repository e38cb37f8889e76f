import type { MsgHdrs } from '@nats-io/nats-core';
import type { RawMessage } from '../port/message.js';

/** Header block as the broker stores it, parsed when first asked. */
const headerReader = (block: string): ((name: string) => string | undefined) => {
  let parsed: Map<string, string> | undefined;
  return (name) => {
    parsed ??= new Map(
      block
        .split('\r\n')
        .slice(1)
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]),
    );
    return parsed.get(name);
  };
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
  header: headerReader(Buffer.from(hdrs ?? '', 'base64').toString('utf8')),
  payload: Buffer.from(data ?? '', 'base64'),
});

const lookUp =
  (headers: MsgHdrs | undefined) =>
  (name: string): string | undefined =>
    headers?.has(name) ? headers.get(name) : undefined;

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
  header: lookUp(message.header),
  payload: message.data,
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

/** A message of a push consumer. */
export const fromDelivery = (
  message: { readonly subject: string; readonly headers?: MsgHdrs; readonly data: Uint8Array },
  { streamSeq, time }: DeliveryInfo,
): RawMessage => ({
  subject: message.subject,
  seq: streamSeq,
  time,
  header: lookUp(message.headers),
  payload: message.data,
});
