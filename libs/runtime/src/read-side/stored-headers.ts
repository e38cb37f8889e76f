import type { LogMessage, RawMessage } from '@app/streams';
import { HEADER } from '@app/streams/codec/index.js';

const encoder = new TextEncoder();

const isRaw = (value: unknown): value is RawMessage =>
  typeof value === 'object' && value !== null && 'header' in value && typeof value.header === 'function';

/** The headers of a message as the broker has them, as JSON of name and value pairs; nothing in them is interpreted. */
export const storedHeaders = (message: LogMessage): Uint8Array => {
  const raw: unknown = Reflect.get(message, 'raw');
  const header = isRaw(raw) ? raw.header : () => undefined;
  const pairs: (readonly [string, string])[] = [];
  for (const name of Object.values(HEADER)) {
    const value = header(name);
    if (value !== undefined) pairs.push([name, value]);
  }
  return encoder.encode(JSON.stringify(pairs));
};
