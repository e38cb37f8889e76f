import { openMessage } from '../codec/format-v1.js';
import type { Headers, LogMessage } from '../port/message.js';
import type { Place, Slabs } from './slabs.js';

/** A message in a slab: its headers as text, then its payload. */
export interface PackedMessage {
  readonly place: Place;
  readonly time: number;
  readonly headerBytes: number;
  readonly payloadBytes: number;
}

const LINE_END = '\r\n';

/** As on the wire, where neither a name can hold a colon nor a value the end of a line. */
const textOf = (headers: Headers): string => {
  let text = '';
  for (const [name, value] of Object.entries(headers)) text += `${name}:${value}${LINE_END}`;
  return text;
};

const headersIn = (text: string): Headers => {
  const headers: Record<string, string> = {};
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(LINE_END, start);
    const colon = text.indexOf(':', start);
    headers[text.slice(start, colon)] = text.slice(colon + 1, end);
    start = end + LINE_END.length;
  }
  return headers;
};

export const pack = (slabs: Slabs, { headers, payload, time }: LogMessage): PackedMessage => {
  const text = textOf(headers);
  const headerBytes = Buffer.byteLength(text);
  const payloadBytes = payload.length;
  const place = slabs.take(headerBytes + payloadBytes);
  place.slab.bytes.write(text, place.offset);
  place.slab.bytes.set(payload, place.offset + headerBytes);
  return { place, time, headerBytes, payloadBytes };
};

/** A message of its own, which stays what it is when the place is given back. */
export const unpack = (
  { place, time, headerBytes, payloadBytes }: PackedMessage,
  { subject, seq }: { readonly subject: string; readonly seq: number },
): LogMessage => {
  const { slab, offset } = place;
  const middle = offset + headerBytes;
  const headers = headersIn(slab.bytes.toString('utf8', offset, middle));
  return openMessage({
    subject,
    seq,
    time,
    headers,
    payload: Buffer.from(slab.bytes.subarray(middle, middle + payloadBytes)),
  });
};
