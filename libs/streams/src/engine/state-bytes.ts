import type { Json } from '../port/json.js';

// Of a value on the heap, nearly.
const STRING = 24;
const NUMBER = 16;
const COLLECTION = 48;
const MEMBER = 16;

/** About how many bytes of memory a JSON value takes. */
export const bytesOf = (value: Json | undefined): number => {
  switch (typeof value) {
    case 'string':
      return STRING + value.length;
    case 'number':
      return NUMBER;
    case 'object': {
      if (value === null) return 0;
      let sum = COLLECTION;
      for (const [key, member] of Object.entries(value)) sum += MEMBER + key.length + bytesOf(member);
      return sum;
    }
    default:
      return 0;
  }
};

const measured = new WeakMap<object, number>();

/** The same of what is large and rarely changes: it is the same object until it does, and measured once. */
export const lastingBytesOf = (value: Json | undefined): number => {
  if (typeof value !== 'object' || value === null) return bytesOf(value);
  const known = measured.get(value);
  if (known !== undefined) return known;
  const bytes = bytesOf(value);
  measured.set(value, bytes);
  return bytes;
};
