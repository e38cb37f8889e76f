import type { Json } from './stream-item.js';

/** Bytes of a value as JSON in which everything but ASCII is escaped: what it takes at most in a header or a body. */
export const jsonBytes = (value: Json): number => {
  const text = JSON.stringify(value);
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += text.charCodeAt(index) < 0x7f ? 1 : 6;
  return bytes;
};
