import { withoutOffset } from './json-items.js';
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

/** What a byte outside of strings means for stamps: the `headers` of an item begin behind it, or end before it. */
type Place = 'begins' | 'ends' | undefined;

/** Where the `headers` of the items are, and whether they get a stamp. */
class OffsetPlaces extends JsonWalk {
  /** The item is an object without a stamp so far. */
  private open = false;
  private started = false;
  private inHeaders = false;
  /** An offset belongs into the headers that are open or have just ended. */
  qualifies = false;
  /** They may have one of their own. */
  hasOffset = false;
  /** After a name and its colon. */
  private named = '';
  private afterString = false;

  step(byte: number): Place {
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
        return undefined;
      case COLON:
        if (this.open && this.afterString && this.depth <= 2) this.named = this.name;
        if (this.inHeaders && this.depth === 2) this.hasOffset ||= this.named === 'offset' || this.named.includes('\\');
        this.afterString = false;
        return undefined;
      case OPEN_BRACE:
        if (this.open && this.depth === 1 && named === 'headers') this.inHeaders = true;
        this.depth += 1;
        if (!this.inHeaders || this.depth !== 2) return undefined;
        this.hasOffset = false;
        return 'begins';
      case OPEN_BRACKET:
        this.depth += 1;
        return undefined;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.depth -= 1;
        return this.closed();
      case COMMA:
        this.afterString = false;
        if (this.depth === 0) this.nextItem();
        return undefined;
      default:
        return undefined;
    }
  }

  private closed(): Place {
    this.afterString = false;
    if (!this.inHeaders || this.depth !== 1) return undefined;
    this.inHeaders = false;
    if (this.qualifies) this.open = false;
    return 'ends';
  }

  private nextItem(): void {
    this.started = false;
    this.inHeaders = false;
    this.qualifies = false;
  }
}

// Headers are small. From larger ones nothing is removed: then a stamp comes last, which most readers go by.
const HELD_BYTES = 1024 * 1024;

/** The `headers` of one item, kept until it is known what belongs into them. */
class HeldHeaders {
  private parts: Uint8Array[] = [];
  private length = 0;
  open = false;

  begin(): void {
    this.open = true;
  }

  /** Gives back what is too much to be kept. */
  add(part: Uint8Array): readonly Uint8Array[] {
    this.parts.push(part);
    this.length += part.length;
    return this.length > HELD_BYTES ? this.end() : [];
  }

  end(): readonly Uint8Array[] {
    const { parts } = this;
    this.parts = [];
    this.length = 0;
    this.open = false;
    return parts;
  }
}

/** `stampOffset` for items that come in pieces. */
export async function* stampPieces(pieces: AsyncIterable<Uint8Array>, offset: string): AsyncGenerator<Uint8Array> {
  const stamp = Buffer.from(`,"offset":"${offset}"`);
  const places = new OffsetPlaces();
  const held = new HeldHeaders();
  for await (const piece of pieces) {
    const out: Uint8Array[] = [];
    let from = 0;
    for (let at = 0; at < piece.length;) {
      if (places.inString) {
        at = places.skipString(piece, at);
        continue;
      }
      const place = places.step(piece[at] ?? 0);
      if (place === 'begins') {
        out.push(piece.subarray(from, at + 1));
        from = at + 1;
        held.begin();
      } else if (place === 'ends') {
        const members = piece.subarray(from, at);
        const whole = held.open ? [...held.end(), members] : undefined;
        if (whole && places.qualifies && places.hasOffset) out.push(withoutOffset(Buffer.concat(whole)));
        else out.push(...(whole ?? [members]));
        if (places.qualifies) out.push(stamp);
        from = at;
      }
      at += 1;
    }
    const rest = piece.subarray(from);
    if (held.open) out.push(...held.add(rest));
    else out.push(rest);
    const ready = out.length === 1 && out[0] ? out[0] : Buffer.concat(out);
    if (ready.length > 0) yield ready;
  }
}
