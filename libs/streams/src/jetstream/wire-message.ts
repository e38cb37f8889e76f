import type { Msg } from '@nats-io/nats-core';
import { MsgHdrsImpl, type MsgImpl } from '@nats-io/nats-core/internal';
import type { Headers } from '../port/message.js';

const STATUS_LINE = 'NATS/1.0';
const LINE_END = '\r\n';

/**
 * Headers of one message as they are on the wire. The client's own class copies all names for each one it sets or looks
 * up, which is more work than the rest of a small message. Names and values are ours: ASCII without line ends.
 */
export class WireHeaders extends MsgHdrsImpl {
  private block = STATUS_LINE + LINE_END;

  add(name: string, value: string): void {
    this.block += `${name}: ${value}${LINE_END}`;
  }

  override encode(): Uint8Array {
    return Buffer.from(this.block + LINE_END, 'latin1');
  }
}

const textOf = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('utf8');

/** The header block of a message as it came, or '' without one. */
export const headerBlock = (message: Msg): string => {
  const { _msg: parts, _rdata: bytes } = message as MsgImpl;
  return parts.hdr > 0 ? textOf(bytes.subarray(0, parts.hdr)) : '';
};

// What the broker and its client add for their own use.
export const isOurs = (name: string): boolean => !name.startsWith('Nats-');

/** From a header block as the broker stores and sends it: a status line, then `Name: value` lines. */
export const headersIn = (block: string): Headers => {
  const headers: Record<string, string> = {};
  for (let start = block.indexOf(LINE_END) + 2; start > 1 && start < block.length;) {
    const end = block.indexOf(LINE_END, start);
    const line = block.slice(start, end < 0 ? undefined : end);
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon > 0 && isOurs(name)) headers[name] = line.slice(colon + 1).trimStart();
    start = end < 0 ? block.length : end + 2;
  }
  return headers;
};
