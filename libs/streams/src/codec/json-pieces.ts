import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.js';

/**
 * JSON items that come in pieces cut at any byte. The text was accepted before, so nothing is judged here; what a reader
 * must know of the bytes before a cut is a handful of numbers.
 */

// Longer than the names looked for.
const LONGEST_NAME = 12;

/** Follows `a,b,c` byte by byte: how deep a place is, whether it is inside a string, and the name before it. */
class JsonWalk {
  depth = 0;
  inString = false;
  private escaped = false;
  /** The string that is open or was just closed, as far as it matters. */
  private text = '';

  /** Index after the string that is open at `at`, or the end of the piece. */
  skipString(piece: Uint8Array, at: number): number {
    while (at < piece.length) {
      const byte = piece[at] ?? 0;
      at += 1;
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) {
        this.inString = false;
        return at;
      }
      if (this.text.length < LONGEST_NAME) this.text += String.fromCharCode(byte);
    }
    return at;
  }

  openString(): void {
    this.inString = true;
    this.text = '';
  }

  get name(): string {
    return this.text;
  }
}

/** The first `count` items of `a,b,c`. */
export async function* firstItems(pieces: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  const walk = new JsonWalk();
  let items = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      if (walk.inString) {
        at = walk.skipString(piece, at);
        continue;
      }
      const byte = piece[at];
      if (byte === QUOTE) walk.openString();
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) walk.depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) walk.depth -= 1;
      else if (byte === COMMA && walk.depth === 0) {
        items += 1;
        if (items === count) {
          yield piece.subarray(0, at);
          return;
        }
      }
      at += 1;
    }
    yield piece;
  }
}

/** Where the next item's `headers` may begin or end. */
class OffsetPlaces extends JsonWalk {
  /** The item is an object without a stamp so far. */
  private open = false;
  private started = false;
  private inHeaders = false;
  private qualifies = false;
  /** After a name and its colon. */
  private named = '';
  private afterString = false;

  /** Whether a stamp belongs before this byte, which is outside of strings. */
  step(byte: number): boolean {
    if (!this.started) {
      this.started = true;
      this.open = byte === OPEN_BRACE;
    }
    const named = this.named;
    this.named = '';
    switch (byte) {
      case QUOTE:
        if (named !== '' && this.inHeaders && this.depth === 2)
          this.qualifies ||= named === 'operation' || named === 'control';
        this.openString();
        this.afterString = true;
        return false;
      case COLON:
        if (this.open && this.afterString && this.depth <= 2) this.named = this.name;
        this.afterString = false;
        return false;
      case OPEN_BRACE:
        if (this.open && this.depth === 1 && named === 'headers') this.inHeaders = true;
        this.depth += 1;
        return false;
      case OPEN_BRACKET:
        this.depth += 1;
        return false;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.depth -= 1;
        return this.closed();
      case COMMA:
        this.afterString = false;
        if (this.depth === 0) this.nextItem();
        return false;
      default:
        return false;
    }
  }

  private closed(): boolean {
    this.afterString = false;
    if (!this.inHeaders || this.depth !== 1) return false;
    this.inHeaders = false;
    const stamps = this.open && this.qualifies;
    if (stamps) this.open = false;
    return stamps;
  }

  private nextItem(): void {
    this.started = false;
    this.inHeaders = false;
    this.qualifies = false;
  }
}

/** `stampOffset` for items that come in pieces. */
export async function* stampPieces(pieces: AsyncIterable<Uint8Array>, offset: string): AsyncGenerator<Uint8Array> {
  const stamp = Buffer.from(`,"offset":"${offset}"`);
  const places = new OffsetPlaces();
  for await (const piece of pieces) {
    const out: Uint8Array[] = [];
    let from = 0;
    for (let at = 0; at < piece.length;) {
      if (places.inString) {
        at = places.skipString(piece, at);
        continue;
      }
      if (places.step(piece[at] ?? 0)) {
        out.push(piece.subarray(from, at), stamp);
        from = at;
      }
      at += 1;
    }
    out.push(piece.subarray(from));
    yield out.length === 1 ? piece : Buffer.concat(out);
  }
}
