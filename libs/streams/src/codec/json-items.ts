import { isUtf8 } from 'node:buffer';
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.js';

/**
 * JSON streams keep each item's own text, because parsing and printing again would change large numbers and lone
 * surrogates. `JSON.parse` judges validity; the scanners here rely on it and only find boundaries.
 */

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Index after the string that starts at `start`. */
const skipString = (text: Uint8Array, start: number): number => {
  let at = start + 1;
  while (text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at + 1;
};

/** Removes white space between tokens; the same array when there is none. */
const compact = (text: Uint8Array): Uint8Array => {
  let out: Uint8Array | undefined;
  let length = 0;
  let at = 0;
  while (at < text.length) {
    const byte = text[at] ?? 0;
    const end = byte === QUOTE ? skipString(text, at) : at + 1;
    if (isSpace(byte)) {
      if (!out) {
        out = Buffer.allocUnsafe(text.length);
        out.set(text.subarray(0, at));
        length = at;
      }
    } else if (out) {
      out.set(text.subarray(at, end), length);
      length += end - at;
    }
    at = end;
  }
  return out ? out.subarray(0, length) : text;
};

/** Calls `onItem` with the bounds of each top-level item of `a,b,c`. */
const eachItem = (text: Uint8Array, onItem: (start: number, end: number) => void): void => {
  let depth = 0;
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const byte = text[at];
    if (byte === QUOTE) {
      at = skipString(text, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    else if (byte === COMMA && depth === 0) {
      onItem(start, at);
      start = at + 1;
    }
    at += 1;
  }
  if (text.length > 0) onItem(start, text.length);
};

export class InvalidJson extends Error {
  override readonly name = 'InvalidJson';
}

export interface JsonItems {
  /** Items joined by commas, compact, without brackets. */
  readonly body: Uint8Array;
  readonly count: number;
  /** The parsed items, for validation. */
  readonly values: readonly unknown[];
}

/** A request body as items: a top-level array is flattened one level. Throws InvalidJson. */
export const splitJsonItems = (body: Uint8Array): JsonItems => {
  if (!isUtf8(body)) throw new InvalidJson('body is not valid UTF-8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (cause) {
    throw new InvalidJson('body is not valid JSON', { cause });
  }
  const text = compact(body);
  return Array.isArray(parsed)
    ? { body: text.subarray(1, -1), count: parsed.length, values: parsed }
    : { body: text, count: 1, values: [parsed] };
};

/** Cuts `a,b,c` into runs of `counts` items; a run of 0 items is empty. */
export const cutItems = (text: Uint8Array, counts: readonly number[]): Uint8Array[] => {
  const ends: number[] = [];
  eachItem(text, (_start, end) => ends.push(end));
  let item = 0;
  let start = 0;
  return counts.map((count) => {
    if (count === 0) return text.subarray(0, 0);
    item += count;
    const end = ends[item - 1] ?? text.length;
    const run = text.subarray(start, end);
    start = end + 1;
    return run;
  });
};

const isKey = (text: Uint8Array, start: number, end: number, key: Uint8Array): boolean => {
  if (end - start !== key.length) return false;
  for (let i = 0; i < key.length; i += 1) if (text[start + i] !== key[i]) return false;
  return true;
};

const HEADERS = Buffer.from('"headers"');
const OPERATION = Buffer.from('"operation"');
const CONTROL = Buffer.from('"control"');
const OFFSET = Buffer.from('"offset"');
// The shortest way to write it with an escape.
const ESCAPED_OFFSET = '"\\u006fffset"'.length;

const isOffset = (text: Uint8Array, start: number, end: number): boolean => {
  if (end - start < ESCAPED_OFFSET) return isKey(text, start, end, OFFSET);
  for (let at = start; at < end; at += 1)
    if (text[at] === BACKSLASH) return JSON.parse(Buffer.from(text.subarray(start, end)).toString()) === 'offset';
  return false;
};

const SEPARATOR = Buffer.from([COMMA]);

/** Members of an object, `"a":1,"b":2`, without any `offset`. */
export const withoutOffset = (members: Uint8Array): Uint8Array => {
  const kept: Uint8Array[] = [];
  eachItem(members, (start, end) => {
    if (isOffset(members, start, skipString(members, start))) return;
    if (kept.length > 0) kept.push(SEPARATOR);
    kept.push(members.subarray(start, end));
  });
  return Buffer.concat(kept);
};

/** The members of an item's `headers`, of which one may be an `offset` of its own. */
interface FoundHeaders {
  start: number;
  end: number;
  hasOffset: boolean;
}

/** Finds the `headers` of an item where an offset belongs: an object that has a string `operation` or `control`. */
const findHeaders = (text: Uint8Array, start: number, end: number, found: FoundHeaders): boolean => {
  if (text[start] !== OPEN_BRACE) return false;
  let depth = 0;
  let inHeaders = false;
  let qualifies = false;
  let at = start;
  while (at < end) {
    const byte = text[at];
    if (byte === QUOTE) {
      const after = skipString(text, at);
      if (text[after] === COLON) {
        if (depth === 1 && isKey(text, at, after, HEADERS) && text[after + 1] === OPEN_BRACE) {
          inHeaders = true;
          found.start = after + 2;
          found.hasOffset = false;
        } else if (depth === 2 && inHeaders) {
          if (text[after + 1] === QUOTE)
            qualifies ||= isKey(text, at, after, OPERATION) || isKey(text, at, after, CONTROL);
          found.hasOffset ||= isOffset(text, at, after);
        }
        at = after + 1;
      } else at = after;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (inHeaders && depth === 1) {
        found.end = at;
        if (qualifies) return true;
        inHeaders = false;
      }
    }
    at += 1;
  }
  return false;
};

/** Gives every state-protocol item of `a,b,c` this `headers.offset`, last in the object, in the place of any of its own. */
export const stampOffset = (text: Uint8Array, offset: string): Uint8Array => {
  const stamp = Buffer.from(`,"offset":"${offset}"`);
  const pieces: Uint8Array[] = [];
  const found: FoundHeaders = { start: 0, end: 0, hasOffset: false };
  let from = 0;
  eachItem(text, (start, end) => {
    if (!findHeaders(text, start, end, found)) return;
    if (found.hasOffset)
      pieces.push(text.subarray(from, found.start), withoutOffset(text.subarray(found.start, found.end)));
    else pieces.push(text.subarray(from, found.end));
    pieces.push(stamp);
    from = found.end;
  });
  if (pieces.length === 0) return text;
  pieces.push(text.subarray(from));
  return Buffer.concat(pieces);
};
